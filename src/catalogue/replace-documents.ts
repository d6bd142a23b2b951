import { severities as severityLevels } from './advisory-document.ts';
import type { CatalogueColumns, CatalogueHead, CompiledCatalogue, CompiledDocument } from './catalogue-format.ts';
import { CatalogueSide, placesOf } from './catalogue-side.ts';
import { mergeKnownIssues, mergeScores } from './merge-later-parts.ts';
import { inOrder } from './merge-in-order.ts';
import { column, spread } from './merge-places.ts';
import type { Places } from './merge-places.ts';
import { mergeTexts } from './merge-texts.ts';
import type { MergedTexts } from './merge-texts.ts';
import { compareNumberLists, compareTexts, mergeSorted } from './merge-sorted.ts';
import { groupTriples, sortTriples } from './sorted-triples.ts';

/**
 * A catalogue with documents added, each put in place of the one of its id (in any case): the same as compiling all documents
 * anew, in a fraction of the time. Parts of all stand in the same order already, so that they are merged.
 * `fresh`: one document each, compiled, no id twice. `keeps`: which of the held documents stay; all unless told.
 */
export function replaceDocuments(
  held: CompiledCatalogue | undefined,
  fresh: readonly CompiledCatalogue[],
  keeps: (id: string) => boolean = () => true,
): CompiledCatalogue {
  const replaced = new Set(fresh.flatMap(({ head }) => head.documents.map(({ id }) => id.toLowerCase())));
  const isKept = ({ id }: CompiledDocument): boolean => !replaced.has(id.toLowerCase()) && keeps(id);
  const documents = [
    ...(held?.head.documents.filter(isKept) ?? []),
    ...fresh.flatMap(({ head }) => head.documents),
  ].sort((a, b) => compareTexts(a.initialReleaseAt, b.initialReleaseAt) || compareTexts(a.id, b.id));
  const places = new Map(documents.map((document, place) => [document, place]));
  const sides = [...(held === undefined ? [] : [held]), ...fresh].map(
    (each) => new CatalogueSide(each, (index) => places.get(each.head.documents[index] as CompiledDocument) ?? -1),
  );
  return mergeSides(documents, sides);
}

function mergeSides(documents: readonly CompiledDocument[], sides: readonly CatalogueSide[]): CompiledCatalogue {
  const products = mergeProducts(sides);
  const texts = mergeTexts(sides);
  const lists = mergeLists(
    sides.map(({ lists: used, listItems }) => ({ used, items: used.map((list) => listItems.of(list)) })),
  );
  const sets = mergeLists(
    sides.map(({ sets: used, setItems }, side) => {
      const places = products.places[side];
      return { used, items: used.map((set) => setItems.of(set).map((product) => places?.[product] ?? 0)) };
    }),
  );
  const remediations = mergeLists(
    sides.map((each, side) => ({
      used: each.remediations,
      items: remediationKeys(each, { texts: texts.places[side], lists: lists.places[side] }),
    })),
  );
  const vulnerabilities = mergeVulnerabilities(sides);
  const rows = sortTriples(
    sides.map((each, side) => ({
      flat: each.rows,
      places: [remediations.places[side], sets.places[side], vulnerabilities.places[side]],
    })),
    { second: sets.values.length, third: vulnerabilities.documents.length },
  );
  const severities = sortTriples(
    sides.map((each, side) => ({
      flat: each.severityRows,
      places: [vulnerabilities.places[side], undefined, sets.places[side]],
    })),
    { second: severityLevels.length, third: sets.values.length },
  );
  const fixes = groupTriples(rows);
  const kbs = releaseDocuments(rows.first, rows.third, column(remediations.values, 0), vulnerabilities);
  const scores = mergeScores(sides, { vulnerabilities: vulnerabilities.places, sets: sets.places });
  const knownIssues = mergeKnownIssues(sides);
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
      fixRemediation: fixes.first,
      fixSet: fixes.second,
      fixLength: fixes.length,
      fixVulnerability: rows.third,
      ...kbs,
      ...scores.columns,
      ...knownIssues.columns,
    },
  };
}

/** Lists of numbers of all sides in one order. */
function mergeLists(
  sides: readonly { readonly used: readonly number[]; readonly items: readonly ArrayLike<number>[] }[],
): { readonly values: readonly ArrayLike<number>[]; readonly places: Places } {
  const { values, places } = mergeSorted(
    sides.map(({ items }) => items),
    compareNumberLists,
  );
  return { values, places: sides.map(({ used }, side) => spread(used, places[side])) };
}

interface MergedProducts {
  readonly places: Places;
  readonly head: Pick<CatalogueHead, 'productIds' | 'productNames' | 'families'>;
  readonly columns: Pick<CatalogueColumns, 'productFamily' | 'productNamedBy'>;
}

/** Each has the name of the last document that names it, and the family of the last that gives one. */
function mergeProducts(sides: readonly CatalogueSide[]): MergedProducts {
  const used = sides.map(({ productDocuments }) =>
    placesOf(Uint8Array.from(productDocuments, (document) => (document === -1 ? 0 : 1))),
  );
  const ids = mergeSorted(
    sides.map(({ head }, side) => (used[side] ?? []).map((product) => head.productIds[product] ?? '')),
    compareTexts,
  );
  const names: string[] = [];
  const families: (string | null)[] = [];
  const namedBy = new Int32Array(ids.values.length).fill(-1);
  const familyBy = new Int32Array(ids.values.length).fill(-1);
  sides.forEach(({ head, columns, productDocuments }, side) => {
    used[side]?.forEach((product, index) => {
      const place = ids.places[side]?.[index] ?? 0;
      const document = productDocuments[product] ?? 0;
      const family = columns.productFamily[product] ?? 0;
      if (family !== 0 && document > (familyBy[place] ?? -1)) {
        families[place] = head.families[family - 1] ?? null;
        familyBy[place] = document;
      }
      if (document > (namedBy[place] ?? -1)) {
        names[place] = head.productNames[product] ?? '';
        namedBy[place] = document;
      }
    });
  });
  const familyNames = [...new Set(families.filter((family) => typeof family === 'string'))].sort(compareTexts);
  const numbers = new Map(familyNames.map((family, index) => [family, index + 1]));
  return {
    places: sides.map((_, side) => spread(used[side] ?? [], ids.places[side])),
    head: { productIds: ids.values, productNames: names, families: familyNames },
    columns: {
      productFamily: Int32Array.from(namedBy, (_, place) => numbers.get(families[place] ?? '') ?? 0),
      productNamedBy: namedBy,
    },
  };
}

function remediationKeys(
  { columns, remediations }: CatalogueSide,
  {
    texts,
    lists,
  }: { readonly texts: MergedTexts['places'][number] | undefined; readonly lists: Int32Array | undefined },
): readonly (readonly number[])[] {
  return remediations.map((each) => {
    const url = columns.remediationUrl[each] ?? 0;
    return [
      columns.remediationKb[each] ?? 0,
      texts?.descriptions[columns.remediationDescription[each] ?? 0] ?? 0,
      texts?.subTypes[columns.remediationSubType[each] ?? 0] ?? 0,
      texts?.fixedBuilds[columns.remediationFixedBuild[each] ?? 0] ?? 0,
      url === 0 ? 0 : (texts?.urls[url - 1] ?? 0) + 1,
      texts?.restarts[columns.remediationRestart[each] ?? 0] ?? 0,
      lists?.[columns.remediationList[each] ?? 0] ?? 0,
    ];
  });
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
function mergeVulnerabilities(sides: readonly CatalogueSide[]): MergedVulnerabilities {
  const byDocument = inOrder(
    sides.map((side) => {
      const documents = new Int32Array(side.columns.vulnerabilityDocument.length);
      for (let each = 0; each < documents.length; each += 1) documents[each] = side.documentOf(each);
      return documents;
    }),
  );
  const join = (
    name: 'vulnerabilityYear' | 'vulnerabilityNumber' | 'vulnerabilityDigits' | 'vulnerabilityExploited',
  ): Int32Array => byDocument.joined(sides.map(({ columns }) => columns[name]));
  const documents = byDocument.keys;
  const years = join('vulnerabilityYear');
  return {
    places: byDocument.places,
    documents,
    isCve: (vulnerability) => years[vulnerability] !== 0,
    columns: {
      vulnerabilityDocument: documents,
      vulnerabilityYear: years,
      vulnerabilityNumber: join('vulnerabilityNumber'),
      vulnerabilityDigits: join('vulnerabilityDigits'),
      vulnerabilityExploited: join('vulnerabilityExploited'),
    },
  };
}

/** Every KB with the document in which it fixes most CVEs; on a tie the latest. Rows of a KB stand together. */
function releaseDocuments(
  rowRemediations: Int32Array,
  rowVulnerabilities: Int32Array,
  kbOf: Int32Array,
  { documents, isCve }: MergedVulnerabilities,
): Pick<CatalogueColumns, 'kb' | 'kbDocument'> {
  const kbs: number[] = [];
  const kbDocuments: number[] = [];
  /** The KB for which a vulnerability, or a document, was counted last: they may stand in several rows. */
  const countedFor = new Int32Array(documents.length);
  const documentCountedFor = new Int32Array((documents.at(-1) ?? 0) + 1);
  const cveCounts = new Int32Array(documentCountedFor.length);
  let best = 0;
  for (let row = 0; row < rowRemediations.length; row += 1) {
    const kb = kbOf[rowRemediations[row] ?? 0] ?? 0;
    const vulnerability = rowVulnerabilities[row] ?? 0;
    if (kb === 0 || countedFor[vulnerability] === kb) continue;
    countedFor[vulnerability] = kb;
    const document = documents[vulnerability] ?? 0;
    if (documentCountedFor[document] !== kb) cveCounts[document] = 0;
    documentCountedFor[document] = kb;
    const count = (cveCounts[document] ?? 0) + (isCve(vulnerability) ? 1 : 0);
    cveCounts[document] = count;
    const isNew = kb !== kbs.at(-1);
    const most = cveCounts[best] ?? 0;
    if (isNew || count > most || (count === most && document > best)) best = document;
    if (isNew) kbs.push(kb);
    kbDocuments[kbs.length - 1] = best;
  }
  return { kb: Int32Array.from(kbs), kbDocument: Int32Array.from(kbDocuments) };
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
