import { severities as severityLevels } from './advisory-document.ts';
import type { AdvisoryDocument } from './advisory-document.ts';
import type { CatalogueColumns, CatalogueHead, CompiledCatalogue } from './catalogue-format.ts';
import { compileCatalogue } from './compile-catalogue.ts';
import { CatalogueSide, placesOf } from './catalogue-side.ts';
import { mergeKnownIssues, mergeScores } from './merge-later-parts.ts';
import { column, spread } from './merge-places.ts';
import type { Places } from './merge-places.ts';
import { compareNumberLists, compareTexts, mergeSorted } from './merge-sorted.ts';
import { groupTriples, sortTriples } from './sorted-triples.ts';

/**
 * The catalogue with one document added, or put in place of the one of its id (in any case): the same as compiling all
 * documents anew, in a fraction of the time. Parts of both stand in the same order already, so that they are merged.
 */
export function replaceDocument(held: CompiledCatalogue, document: AdvisoryDocument): CompiledCatalogue {
  const fresh = compileCatalogue([document]);
  const removed = held.head.documents.findIndex(({ id }) => id.toLowerCase() === document.id.toLowerCase());
  const isBefore = ({ initialReleaseAt, id }: CatalogueHead['documents'][number]): boolean =>
    (compareTexts(initialReleaseAt, document.initialReleaseAt) || compareTexts(id, document.id)) < 0;
  const place = held.head.documents.filter((each, index) => index !== removed && isBefore(each)).length;
  const old = new CatalogueSide(held, (index) => {
    const kept = removed !== -1 && index > removed ? index - 1 : index;
    return index === removed ? -1 : kept < place ? kept : kept + 1;
  });
  return mergeSides(old, new CatalogueSide(fresh, () => place), place);
}

function mergeSides(old: CatalogueSide, fresh: CatalogueSide, place: number): CompiledCatalogue {
  const documents = old.head.documents.filter((_, index) => old.documents[index] !== -1);
  documents.splice(place, 0, ...fresh.head.documents);
  const products = mergeProducts(old, fresh);
  const texts = mergeTexts(old, fresh);
  const lists = mergeParts(
    [old.lists, (list) => old.listItems.of(list)],
    [fresh.lists, (list) => fresh.listItems.of(list)],
  );
  const sets = mergeParts(
    [old.sets, (set) => old.setItems.of(set).map((product) => products.places.old[product] ?? 0)],
    [fresh.sets, (set) => fresh.setItems.of(set).map((product) => products.places.fresh[product] ?? 0)],
  );
  const remediations = mergeParts(
    [old.remediations, (each) => remediationKey(old, each, 'old', texts, lists.places)],
    [fresh.remediations, (each) => remediationKey(fresh, each, 'fresh', texts, lists.places)],
  );
  const vulnerabilities = mergeVulnerabilities(old, fresh, place);
  const at = vulnerabilities.places;
  const { places } = sets;
  const rows = sortTriples(
    flat([
      renumbered(old.rows, remediations.places.old, places.old, at.old),
      renumbered(fresh.rows, remediations.places.fresh, places.fresh, at.fresh),
    ]),
    { second: sets.values.length, third: vulnerabilities.documents.length },
  );
  const severities = sortTriples(
    flat([
      renumbered(old.severityRows, at.old, undefined, places.old),
      renumbered(fresh.severityRows, at.fresh, undefined, places.fresh),
    ]),
    { second: severityLevels.length, third: sets.values.length },
  );
  const fixes = groupTriples(rows);
  const kbs = releaseDocuments(rows.first, rows.third, column(remediations.values, 0), vulnerabilities);
  const scores = mergeScores(old, fresh, { vulnerabilities: at, sets: places });
  const knownIssues = mergeKnownIssues(old, fresh);
  return {
    head: { documents, ...products.head, ...texts.head, ...scores.head, ...knownIssues.head },
    columns: {
      ...products.columns,
      setLength: Int32Array.from(sets.values, (set) => set.length),
      setItem: flat(sets.values),
      listLength: Int32Array.from(lists.values, (list) => list.length),
      listItem: flat(lists.values),
      remediationKb: column(remediations.values, 0),
      remediationDescription: column(remediations.values, 1),
      remediationSubType: column(remediations.values, 2),
      remediationFixedBuild: column(remediations.values, 3),
      remediationUrl: column(remediations.values, 4),
      remediationRestart: column(remediations.values, 5),
      remediationList: column(remediations.values, 6),
      ...vulnerabilities.columns,
      severityVulnerability: severities.first,
      severityLevel: severities.second,
      severitySet: severities.third,
      fixRemediation: column(fixes, 0),
      fixSet: column(fixes, 1),
      fixLength: column(fixes, 2),
      fixVulnerability: rows.third,
      kb: Int32Array.from(kbs, ([kb]) => kb),
      kbDocument: Int32Array.from(kbs, ([, document]) => document),
      ...scores.columns,
      ...knownIssues.columns,
    },
  };
}

type Lists = readonly [used: readonly number[], itemsOf: (number: number) => ArrayLike<number>];

/** Lists of numbers of both sides in one order. */
function mergeParts(
  [oldUsed, oldItems]: Lists,
  [freshUsed, freshItems]: Lists,
): { readonly values: readonly ArrayLike<number>[]; readonly places: Places } {
  const merged = mergeSorted(oldUsed.map(oldItems), freshUsed.map(freshItems), compareNumberLists);
  return {
    values: merged.values,
    places: { old: spread(oldUsed, merged.left), fresh: spread(freshUsed, merged.right) },
  };
}

function mergeProducts(
  old: CatalogueSide,
  fresh: CatalogueSide,
): {
  readonly places: Places;
  readonly head: Pick<CatalogueHead, 'productIds' | 'productNames' | 'families'>;
  readonly columns: Pick<CatalogueColumns, 'productFamily' | 'productNamedBy'>;
} {
  const used = placesOf(Uint8Array.from(old.productDocuments, (document) => (document === -1 ? 0 : 1)));
  const ids = mergeSorted(
    used.map((product) => old.head.productIds[product] ?? ''),
    fresh.head.productIds,
    compareTexts,
  );
  const names: string[] = [];
  const families: (string | null)[] = [];
  const namedBy = new Int32Array(ids.values.length).fill(-1);
  const take = (side: CatalogueSide, product: number, place: number): void => {
    const document = side.productDocuments[product] ?? 0;
    const family = side.columns.productFamily[product] ?? 0;
    const familyName = family === 0 ? null : (side.head.families[family - 1] ?? null);
    const before = families[place] ?? null;
    const isLater = document > (namedBy[place] ?? -1);
    families[place] = isLater ? (familyName ?? before) : (before ?? familyName);
    if (!isLater) return;
    names[place] = side.head.productNames[product] ?? '';
    namedBy[place] = document;
  };
  used.forEach((product, index) => take(old, product, ids.left[index] ?? 0));
  ids.right.forEach((place, product) => take(fresh, product, place));
  const familyNames = [...new Set(families.filter((family) => family !== null))].sort(compareTexts);
  const numbers = new Map(familyNames.map((family, index) => [family, index + 1]));
  return {
    places: { old: spread(used, ids.left), fresh: ids.right },
    head: { productIds: ids.values, productNames: names, families: familyNames },
    columns: {
      productFamily: Int32Array.from(families, (family) => (family === null ? 0 : (numbers.get(family) ?? 0))),
      productNamedBy: namedBy,
    },
  };
}

const textColumns = {
  descriptions: 'remediationDescription',
  subTypes: 'remediationSubType',
  fixedBuilds: 'remediationFixedBuild',
  urls: 'remediationUrl',
  restarts: 'remediationRestart',
} as const;
type TextName = keyof typeof textColumns;
const textNames = Object.keys(textColumns) as readonly TextName[];

interface MergedTexts {
  readonly head: Pick<CatalogueHead, TextName>;
  readonly places: Readonly<Record<TextName, Places>>;
}

/** The texts that remediations use. */
function mergeTexts(old: CatalogueSide, fresh: CatalogueSide): MergedTexts {
  const entries = textNames.map((name) => {
    const [oldUsed, freshUsed] = [usedTexts(old, name), usedTexts(fresh, name)];
    const textsOf = (side: CatalogueSide, used: readonly number[]): readonly string[] =>
      used.map((text) => side.head[name][text] ?? '');
    const { values, left, right } = mergeSorted(textsOf(old, oldUsed), textsOf(fresh, freshUsed), compareTexts);
    return { name, values, places: { old: spread(oldUsed, left), fresh: spread(freshUsed, right) } };
  });
  return {
    head: Object.fromEntries(entries.map(({ name, values }) => [name, values])) as MergedTexts['head'],
    places: Object.fromEntries(entries.map(({ name, places }) => [name, places])) as MergedTexts['places'],
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

function remediationKey(
  { columns }: CatalogueSide,
  each: number,
  key: keyof Places,
  { places }: MergedTexts,
  lists: Places,
): readonly number[] {
  const url = columns.remediationUrl[each] ?? 0;
  return [
    columns.remediationKb[each] ?? 0,
    places.descriptions[key][columns.remediationDescription[each] ?? 0] ?? 0,
    places.subTypes[key][columns.remediationSubType[each] ?? 0] ?? 0,
    places.fixedBuilds[key][columns.remediationFixedBuild[each] ?? 0] ?? 0,
    url === 0 ? 0 : (places.urls[key][url - 1] ?? 0) + 1,
    places.restarts[key][columns.remediationRestart[each] ?? 0] ?? 0,
    lists[key][columns.remediationList[each] ?? 0] ?? 0,
  ];
}

interface MergedVulnerabilities {
  readonly places: Places;
  readonly documents: Int32Array;
  readonly isCve: (vulnerability: number) => boolean;
  readonly columns: Pick<
    CatalogueColumns,
    | 'vulnerabilityDocument'
    | 'vulnerabilityYear'
    | 'vulnerabilityNumber'
    | 'vulnerabilityDigits'
    | 'vulnerabilityExploited'
  >;
}

/** In order of document; within one they stand in order already. */
function mergeVulnerabilities(old: CatalogueSide, fresh: CatalogueSide, place: number): MergedVulnerabilities {
  const of = (side: CatalogueSide): number[] =>
    Array.from(side.columns.vulnerabilityDocument, (_, index) => index).filter((each) => side.documentOf(each) !== -1);
  const kept = of(old);
  const before = kept.filter((each) => old.documentOf(each) < place);
  const after = kept.slice(before.length);
  const added = of(fresh);
  const places = {
    old: new Int32Array(old.columns.vulnerabilityDocument.length),
    fresh: Int32Array.from(added, (_, index) => before.length + index),
  };
  before.forEach((each, index) => (places.old[each] = index));
  after.forEach((each, index) => (places.old[each] = before.length + added.length + index));
  const join = (valueOf: (side: CatalogueSide, each: number) => number): Int32Array =>
    Int32Array.from([
      ...before.map((each) => valueOf(old, each)),
      ...added.map((each) => valueOf(fresh, each)),
      ...after.map((each) => valueOf(old, each)),
    ]);
  const documents = join((side, each) => side.documentOf(each));
  const years = join(({ columns }, each) => columns.vulnerabilityYear[each] ?? 0);
  return {
    places,
    documents,
    isCve: (vulnerability) => years[vulnerability] !== 0,
    columns: {
      vulnerabilityDocument: documents,
      vulnerabilityYear: years,
      vulnerabilityNumber: join(({ columns }, each) => columns.vulnerabilityNumber[each] ?? 0),
      vulnerabilityDigits: join(({ columns }, each) => columns.vulnerabilityDigits[each] ?? 0),
      vulnerabilityExploited: join(({ columns }, each) => columns.vulnerabilityExploited[each] ?? 0),
    },
  };
}

/** Every KB with the document in which it fixes most CVEs; on a tie the latest. Rows of a KB stand together. */
function releaseDocuments(
  rowRemediations: Int32Array,
  rowVulnerabilities: Int32Array,
  kbOf: Int32Array,
  { documents, isCve }: MergedVulnerabilities,
): readonly (readonly [kb: number, document: number])[] {
  const found: (readonly [number, number])[] = [];
  for (let row = 0; row < rowRemediations.length;) {
    const kb = kbOf[rowRemediations[row] ?? 0] ?? 0;
    const vulnerabilities = new Set<number>();
    for (; row < rowRemediations.length && kbOf[rowRemediations[row] ?? 0] === kb; row += 1) {
      if (kb !== 0) vulnerabilities.add(rowVulnerabilities[row] ?? 0);
    }
    if (kb === 0) continue;
    const counts = new Map<number, number>();
    for (const each of vulnerabilities) {
      const document = documents[each] ?? 0;
      counts.set(document, (counts.get(document) ?? 0) + (isCve(each) ? 1 : 0));
    }
    let [best, most] = [0, -1];
    for (const [document, cves] of counts) {
      if (cves > most || (cves === most && document > best)) [best, most] = [document, cves];
    }
    found.push([kb, best]);
  }
  return found;
}

function renumbered(
  triples: readonly number[],
  first: Int32Array,
  second: Int32Array | undefined,
  third: Int32Array,
): Int32Array {
  const result = new Int32Array(triples.length);
  for (let index = 0; index < triples.length; index += 3) {
    result[index] = first[triples[index] ?? 0] ?? 0;
    const middle = triples[index + 1] ?? 0;
    result[index + 1] = second === undefined ? middle : (second[middle] ?? 0);
    result[index + 2] = third[triples[index + 2] ?? 0] ?? 0;
  }
  return result;
}

function flat(lists: readonly ArrayLike<number>[]): Int32Array {
  const items = new Int32Array(lists.reduce((sum, list) => sum + list.length, 0));
  let at = 0;
  for (const list of lists) {
    items.set(list, at);
    at += list.length;
  }
  return items;
}
