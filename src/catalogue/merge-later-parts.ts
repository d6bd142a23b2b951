import type { CatalogueColumns, CatalogueHead } from './catalogue-format.ts';
import { placesOf } from './catalogue-side.ts';
import type { CatalogueSide } from './catalogue-side.ts';
import { column, spread } from './merge-places.ts';
import type { Places } from './merge-places.ts';
import { compareTexts, mergeSorted } from './merge-sorted.ts';

// Parts that catalogues of an older kbgap lack: as if they had no such rows.

interface MergedScores {
  readonly head: Required<Pick<CatalogueHead, 'scoreVectors'>>;
  readonly columns: Required<Pick<CatalogueColumns, 'scoreVulnerability' | 'scoreTenths' | 'scoreVector' | 'scoreSet'>>;
}

/** By vulnerability; those of one stay in their order. */
export function mergeScores(
  old: CatalogueSide,
  fresh: CatalogueSide,
  { vulnerabilities, sets }: { readonly vulnerabilities: Places; readonly sets: Places },
): MergedScores {
  const vectors = mergeUsed(usedVectors(old), usedVectors(fresh));
  const rowsOf = (side: CatalogueSide, key: keyof Places): readonly (readonly number[])[] => {
    const { scoreVulnerability, scoreTenths, scoreVector, scoreSet } = side.columns;
    return side.scores.map((row) => {
      const set = scoreSet?.[row] ?? 0;
      return [
        vulnerabilities[key][scoreVulnerability?.[row] ?? 0] ?? 0,
        scoreTenths?.[row] ?? 0,
        vectors.places[key][scoreVector?.[row] ?? 0] ?? 0,
        set === 0 ? 0 : (sets[key][set - 1] ?? 0) + 1,
      ];
    });
  };
  const rows = byFirst([...rowsOf(old, 'old'), ...rowsOf(fresh, 'fresh')]);
  return {
    head: { scoreVectors: vectors.values },
    columns: {
      scoreVulnerability: column(rows, 0),
      scoreTenths: column(rows, 1),
      scoreVector: column(rows, 2),
      scoreSet: column(rows, 3),
    },
  };
}

interface MergedKnownIssues {
  readonly head: Required<Pick<CatalogueHead, 'knownIssueUrls'>>;
  readonly columns: Required<Pick<CatalogueColumns, 'knownIssueDocument' | 'knownIssueKb' | 'knownIssueUrl'>>;
}

/** By document; those of one stay in their order. */
export function mergeKnownIssues(old: CatalogueSide, fresh: CatalogueSide): MergedKnownIssues {
  const urls = mergeUsed(usedUrls(old), usedUrls(fresh));
  const rowsOf = (side: CatalogueSide, key: keyof Places): readonly (readonly number[])[] => {
    const { knownIssueDocument, knownIssueKb, knownIssueUrl } = side.columns;
    return side.knownIssues.map((row) => {
      const url = knownIssueUrl?.[row] ?? 0;
      return [
        side.documents[knownIssueDocument?.[row] ?? 0] ?? 0,
        knownIssueKb?.[row] ?? 0,
        url === 0 ? 0 : (urls.places[key][url - 1] ?? 0) + 1,
      ];
    });
  };
  const rows = byFirst([...rowsOf(old, 'old'), ...rowsOf(fresh, 'fresh')]);
  return {
    head: { knownIssueUrls: urls.values },
    columns: { knownIssueDocument: column(rows, 0), knownIssueKb: column(rows, 1), knownIssueUrl: column(rows, 2) },
  };
}

/** Texts of one side, and which of them the rows that stay use. */
interface UsedTexts {
  readonly texts: readonly string[];
  readonly used: readonly number[];
}

function usedVectors({ head, columns, scores }: CatalogueSide): UsedTexts {
  const texts = head.scoreVectors ?? [];
  const flags = new Uint8Array(texts.length);
  for (const row of scores) flags[columns.scoreVector?.[row] ?? 0] = 1;
  return { texts, used: placesOf(flags) };
}

function usedUrls({ head, columns, knownIssues }: CatalogueSide): UsedTexts {
  const texts = head.knownIssueUrls ?? [];
  const flags = new Uint8Array(texts.length);
  for (const row of knownIssues) {
    const url = columns.knownIssueUrl?.[row] ?? 0;
    if (url !== 0) flags[url - 1] = 1;
  }
  return { texts, used: placesOf(flags) };
}

function mergeUsed(old: UsedTexts, fresh: UsedTexts): { readonly values: readonly string[]; readonly places: Places } {
  const textsOf = ({ texts, used }: UsedTexts): readonly string[] => used.map((text) => texts[text] ?? '');
  const { values, left, right } = mergeSorted(textsOf(old), textsOf(fresh), compareTexts);
  return { values, places: { old: spread(old.used, left), fresh: spread(fresh.used, right) } };
}

function byFirst(rows: (readonly number[])[]): readonly (readonly number[])[] {
  return rows.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}
