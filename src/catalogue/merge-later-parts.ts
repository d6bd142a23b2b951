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
  sides: readonly CatalogueSide[],
  { vulnerabilities, sets }: { readonly vulnerabilities: Places; readonly sets: Places },
): MergedScores {
  const vectors = mergeUsed(sides.map(usedVectors));
  const rows = sides.flatMap(({ columns, scores }, side) => {
    const { scoreVulnerability, scoreTenths, scoreVector, scoreSet } = columns;
    return scores.map((row) => {
      const set = scoreSet?.[row] ?? 0;
      return [
        vulnerabilities[side]?.[scoreVulnerability?.[row] ?? 0] ?? 0,
        scoreTenths?.[row] ?? 0,
        vectors.places[side]?.[scoreVector?.[row] ?? 0] ?? 0,
        set === 0 ? 0 : (sets[side]?.[set - 1] ?? 0) + 1,
      ];
    });
  });
  byFirst(rows);
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
export function mergeKnownIssues(sides: readonly CatalogueSide[]): MergedKnownIssues {
  const urls = mergeUsed(sides.map(usedUrls));
  const rows = sides.flatMap(({ columns, documents, knownIssues }, side) => {
    const { knownIssueDocument, knownIssueKb, knownIssueUrl } = columns;
    return knownIssues.map((row) => {
      const url = knownIssueUrl?.[row] ?? 0;
      return [
        documents[knownIssueDocument?.[row] ?? 0] ?? 0,
        knownIssueKb?.[row] ?? 0,
        url === 0 ? 0 : (urls.places[side]?.[url - 1] ?? 0) + 1,
      ];
    });
  });
  byFirst(rows);
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

function mergeUsed(sides: readonly UsedTexts[]): { readonly values: readonly string[]; readonly places: Places } {
  const { values, places } = mergeSorted(
    sides.map(({ texts, used }) => used.map((text) => texts[text] ?? '')),
    compareTexts,
  );
  return { values, places: sides.map(({ used }, side) => spread(used, places[side])) };
}

function byFirst(rows: number[][]): void {
  rows.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}
