import type { CatalogueColumns, CatalogueHead } from './catalogue-format.ts';
import { placesOf } from './catalogue-side.ts';
import type { CatalogueSide } from './catalogue-side.ts';
import { inOrder } from './merge-in-order.ts';
import { spread } from './merge-places.ts';
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
  const rows = inOrder(
    sides.map(({ columns, scores }, side) => keysOf(scores, columns.scoreVulnerability, vulnerabilities[side])),
  );
  const vectorColumns = sides.map(({ columns: { scoreVector } }, side) =>
    renumbered(scoreVector, vectors.places[side], 0),
  );
  const setColumns = sides.map(({ columns: { scoreSet } }, side) => renumbered(scoreSet, sets[side], 1));
  return {
    head: { scoreVectors: vectors.values },
    columns: {
      scoreVulnerability: rows.keys,
      scoreTenths: rows.joined(sides.map(({ columns }) => columns.scoreTenths)),
      scoreVector: rows.joined(vectorColumns),
      scoreSet: rows.joined(setColumns),
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
  const rows = inOrder(
    sides.map(({ columns, documents, knownIssues }) => keysOf(knownIssues, columns.knownIssueDocument, documents)),
  );
  const urlColumns = sides.map(({ columns: { knownIssueUrl } }, side) =>
    renumbered(knownIssueUrl, urls.places[side], 1),
  );
  return {
    head: { knownIssueUrls: urls.values },
    columns: {
      knownIssueDocument: rows.keys,
      knownIssueKb: rows.joined(sides.map(({ columns }) => columns.knownIssueKb)),
      knownIssueUrl: rows.joined(urlColumns),
    },
  };
}

/** Of each row of a side the place of what it belongs to; -1 for those that go. */
function keysOf(
  staying: readonly number[],
  owners: Int32Array | undefined,
  places: Int32Array | undefined,
): Int32Array {
  const keys = new Int32Array(owners?.length ?? 0).fill(-1);
  for (const row of staying) keys[row] = places?.[owners?.[row] ?? 0] ?? -1;
  return keys;
}

/** `offset` 1: 0 means none, and numbers begin at 1. */
function renumbered(numbers: Int32Array | undefined, places: Int32Array | undefined, offset: 0 | 1): Int32Array {
  const result = new Int32Array(numbers?.length ?? 0);
  for (let row = 0; row < result.length; row += 1) {
    const number = (numbers?.[row] ?? 0) - offset;
    if (number >= 0) result[row] = (places?.[number] ?? 0) + offset;
  }
  return result;
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
