import type { CatalogueHead } from './catalogue-format.ts';
import { placesOf } from './catalogue-side.ts';
import type { CatalogueSide } from './catalogue-side.ts';
import { spread } from './merge-places.ts';
import { compareTexts, mergeSorted } from './merge-sorted.ts';

const textColumns = {
  descriptions: 'remediationDescription',
  subTypes: 'remediationSubType',
  fixedBuilds: 'remediationFixedBuild',
  urls: 'remediationUrl',
  restarts: 'remediationRestart',
} as const;
type TextName = keyof typeof textColumns;
const textNames = Object.keys(textColumns) as readonly TextName[];

export interface MergedTexts {
  readonly head: Pick<CatalogueHead, TextName>;
  /** One for each side. */
  readonly places: readonly Readonly<Record<TextName, Int32Array>>[];
}

/** The texts that remediations use. */
export function mergeTexts(sides: readonly CatalogueSide[]): MergedTexts {
  const entries = textNames.map((name) => {
    const used = sides.map((side) => usedTexts(side, name));
    const { values, places } = mergeSorted(
      sides.map(({ head }, side) => (used[side] ?? []).map((text) => head[name][text] ?? '')),
      compareTexts,
    );
    return { name, values, places: used.map((each, side) => spread(each, places[side])) };
  });
  return {
    head: Object.fromEntries(entries.map(({ name, values }) => [name, values])) as MergedTexts['head'],
    places: sides.map(
      (_, side) =>
        Object.fromEntries(entries.map(({ name, places }) => [name, places[side]])) as MergedTexts['places'][number],
    ),
  };
}

function usedTexts(side: CatalogueSide, name: TextName): readonly number[] {
  const used = new Uint8Array(side.head[name].length + 1);
  const column = side.columns[textColumns[name]];
  // 0 is no url of its own.
  for (const each of side.remediations) used[name === 'urls' ? (column[each] ?? 0) : (column[each] ?? 0) + 1] = 1;
  return placesOf(used)
    .filter((number) => number > 0)
    .map((number) => number - 1);
}
