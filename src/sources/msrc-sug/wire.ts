import { DocumentError } from '../document-error.ts';
import { asList, asObject, asText, parseFeedJson, shown } from '../json-value.ts';

/** The three lists of the SUG API (v2, OData) that are read. */
export type SugList = 'affectedProduct' | 'deployment' | 'advisory';

/** A page: rows as they are, texts trimmed. */
export interface SugPage {
  readonly list: SugList;
  readonly rows: readonly SugWireRow[];
  /** `@odata.nextLink`; absent or empty on the last page. */
  readonly next: string | undefined;
}

/** The fields of all three lists that are read, `''` where a list has none. */
export interface SugWireRow {
  readonly cveNumber: string;
  readonly advisoryNumber: string;
  readonly articleName: string;
  readonly productId: string;
  readonly product: string;
  readonly severity: string;
  readonly baseScore: string;
  readonly vectorString: string;
  readonly releaseDate: string;
  readonly supercedence: string;
  readonly kbArticles: readonly SugWireArticle[];
}

export interface SugWireArticle {
  readonly articleName: string;
  readonly fixedBuildNumber: string;
  readonly supercedence: string;
}

/** A page of the API has at most 500. */
const mostRows = 100_000;
const expected =
  'an answer of the SUG API ("@odata.context" that ends in affectedProduct, deployment or advisory, "value")';

/** @throws {DocumentError} */
export function readSugPage(source: string, bytes: Uint8Array): SugPage {
  const root = asObject(parseFeedJson(source, bytes, expected));
  const list = /#(affectedProduct|deployment|advisory)\b/.exec(asText(root?.['@odata.context']))?.[1];
  if (list === undefined || !Array.isArray(root?.['value']))
    throw new DocumentError(source, `expected ${expected}, got ${shown(root)}`);
  const rows = asList(root['value']);
  if (rows.length > mostRows) throw new DocumentError(source, `holds more than ${mostRows} rows`);
  return { list: list as SugList, rows: rows.map(readRow), next: asText(root['@odata.nextLink']) || undefined };
}

function readRow(value: unknown): SugWireRow {
  const row = asObject(value) ?? {};
  const text = (name: string): string => asText(row[name]);
  return {
    cveNumber: text('cveNumber'),
    advisoryNumber: text('advisoryNumber'),
    articleName: text('articleName'),
    productId: text('productId'),
    product: text('product'),
    severity: text('severity'),
    baseScore: text('baseScore'),
    vectorString: text('vectorString'),
    releaseDate: text('latestRevisionDate') || text('releaseDate') || text('modifiedOn') || text('publishDate'),
    supercedence: text('supercedence'),
    kbArticles: asList(row['kbArticles']).map((item) => {
      const article = asObject(item) ?? {};
      return {
        articleName: asText(article['articleName']),
        fixedBuildNumber: asText(article['fixedBuildNumber']),
        supercedence: asText(article['supercedence']),
      };
    }),
  };
}
