import { DocumentError } from '../document-error.ts';
import { asList, asObject, asText, feedText, parseFeedJson, shown } from '../json-value.ts';
import { endsWithLine } from '../line-end.ts';
import { readCsv } from '../read-csv.ts';

/** What kbgap reads of the KEV catalogue, JSON and CSV alike, in CISA's spelling. */
export interface KevWire {
  readonly catalogVersion: string;
  /** `''` in the CSV, which has no head. */
  readonly dateReleased: string;
  readonly vulnerabilities: readonly KevWireEntry[];
}

export interface KevWireEntry {
  readonly cveID: string;
  readonly dateAdded: string;
  readonly dueDate: string;
  readonly knownRansomwareCampaignUse: string;
}

/** The whole catalogue has some 1,500 entries after five years. */
const mostEntries = 200_000;

const fields = ['cveID', 'dateAdded', 'dueDate', 'knownRansomwareCampaignUse'] as const;

/** @throws {DocumentError} */
export function readKevJson(source: string, bytes: Uint8Array): KevWire {
  const expected = "CISA's KEV catalogue in JSON (catalogVersion, dateReleased, vulnerabilities)";
  const root = asObject(parseFeedJson(source, bytes, expected));
  if (root === undefined || !Array.isArray(root['vulnerabilities']))
    throw new DocumentError(source, `expected ${expected}, got ${shown(root)}`);
  const vulnerabilities = asList(root['vulnerabilities']);
  refuseTooMany(source, vulnerabilities.length);
  const said = root['count'];
  if (typeof said === 'number' && said > vulnerabilities.length && vulnerabilities.length > 0)
    throw new DocumentError(
      source,
      `expected the ${said} vulnerabilities of its count, got ${vulnerabilities.length}: it is cut`,
    );
  return {
    catalogVersion: asText(root['catalogVersion']),
    dateReleased: asText(root['dateReleased']),
    vulnerabilities: vulnerabilities.map((value) => entryOf(asObject(value) ?? {})),
  };
}

/** @throws {DocumentError} */
export async function readKevCsv(source: string, bytes: Uint8Array): Promise<KevWire> {
  const vulnerabilities: KevWireEntry[] = [];
  const text = feedText(bytes);
  let columns: readonly string[] | undefined;
  let lastLength = 0;
  try {
    await readCsv(text, (row) => {
      lastLength = row.length;
      if (columns === undefined) {
        columns = row.map((name) => name.trim());
        if (!columns.includes('cveID') || !columns.includes('dateAdded'))
          throw new Error(`expected a first line with the columns ${fields.join(', ')}, got ${shown(row.join(','))}`);
        return;
      }
      refuseTooMany(source, vulnerabilities.length + 1);
      vulnerabilities.push(entryOf(Object.fromEntries(columns.map((name, index) => [name, row[index] ?? '']))));
    });
  } catch (error) {
    if (error instanceof DocumentError) throw error;
    throw new DocumentError(source, error instanceof Error ? error.message : String(error), { cause: error });
  }
  if (!endsWithLine(text) && lastLength < (columns?.length ?? 0))
    throw new DocumentError(
      source,
      `expected ${columns?.length} cells in its last line, got ${lastLength} and no line end: it is cut`,
    );
  return { catalogVersion: '', dateReleased: '', vulnerabilities };
}

function entryOf(fields: Readonly<Record<string, unknown>>): KevWireEntry {
  return {
    cveID: asText(fields['cveID']),
    dateAdded: asText(fields['dateAdded']),
    dueDate: asText(fields['dueDate']),
    knownRansomwareCampaignUse: asText(fields['knownRansomwareCampaignUse']),
  };
}

function refuseTooMany(source: string, count: number): void {
  if (count > mostEntries)
    throw new DocumentError(source, `holds more than ${mostEntries} vulnerabilities, which no KEV catalogue does`);
}
