import { readFileSync, readdirSync } from 'node:fs';
import { parseKbNumber } from '../terms/kb-number.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import { parseReleaseId } from '../terms/release-id.ts';
import type { ReleaseId } from '../terms/release-id.ts';

/** A known error of the published data, with the reason why it is one and the source that shows it. */
export type Correction = ReleaseCorrection | FixedBuildCorrection;

interface CorrectionBase {
  readonly kb: KbNumber;
  readonly reason: string;
  readonly source: string;
}

/** The KB stands in a document of another month than it was released in. */
export interface ReleaseCorrection extends CorrectionBase {
  readonly field: 'releaseDocument';
  readonly published: ReleaseId;
  readonly corrected: ReleaseId;
  /** UTC date, `2022-06-14`. */
  readonly releasedOn: string;
}

/** The KB's FixedBuild is not the build that it brings. */
export interface FixedBuildCorrection extends CorrectionBase {
  readonly field: 'fixedBuild';
  readonly published: string;
  readonly corrected: string;
}

/** The corrections, indexed by what they correct. An entry whose published value is not met changes nothing. */
export class Corrections {
  readonly entries: readonly Correction[];
  private readonly releases = new Map<string, { readonly releaseId: ReleaseId; readonly releasedOn: string }>();
  private readonly fixedBuilds = new Map<string, string>();

  constructor(entries: readonly Correction[]) {
    this.entries = entries;
    for (const entry of entries) {
      if (entry.field === 'releaseDocument') {
        this.releases.set(`${entry.kb} ${entry.published}`, {
          releaseId: entry.corrected,
          releasedOn: entry.releasedOn,
        });
      } else this.fixedBuilds.set(`${entry.kb} ${entry.published}`, entry.corrected);
    }
  }

  release(
    kb: KbNumber,
    published: ReleaseId,
  ): { readonly releaseId: ReleaseId; readonly releasedOn: string } | undefined {
    return this.releases.get(`${kb} ${published}`);
  }

  fixedBuild(kb: KbNumber, published: string): string {
    return this.fixedBuilds.get(`${kb} ${published}`) ?? published;
  }
}

/** Those that come with kbgap: every file of `corrections/`. */
export function loadCorrections(): Corrections {
  const folder = new URL('./corrections/', import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'));
  const entries = files
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')) as readonly unknown[]);
  return new Corrections(entries.map(parseCorrection));
}

function parseCorrection(entry: unknown): Correction {
  const fields = entry as Readonly<Record<string, string | undefined>>;
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string' || value === '')
      throw new Error(`expected a correction with "${name}", got ${JSON.stringify(entry)}`);
    return value;
  };
  const base = { kb: parseKbNumber(text('kb')), reason: text('reason'), source: text('source') };
  const field = text('field');
  if (field === 'fixedBuild') return { ...base, field, published: text('published'), corrected: text('corrected') };
  if (field !== 'releaseDocument') throw new Error(`expected the field releaseDocument or fixedBuild, got "${field}"`);
  return {
    ...base,
    field,
    published: parseReleaseId(text('published')),
    corrected: parseReleaseId(text('corrected')),
    releasedOn: text('releasedOn'),
  };
}
