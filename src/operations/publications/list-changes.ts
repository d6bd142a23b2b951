import type { Coverage } from '../../assessment/assessment.ts';
import type { Store } from '../../store/store.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { sees } from '../scope.ts';
import type { Scope } from '../scope.ts';
import type { CountPair, DocumentChange, GroupChange, KeptChange } from './catalogue-change.ts';

/** What a publication changed for the devices that somebody sees. */
export interface ListedChange extends Pick<KeptChange, 'previousCatalogueId' | 'previousRuleSet' | 'judgedMs'> {
  readonly publishedAt: string;
  readonly catalogueId: string;
  readonly ruleSet: string;
  readonly documents: readonly DocumentChange[];
  /** `null` where devices could not be judged as before. */
  readonly verdicts: ChangedFigures | null;
}

export interface ChangedFigures {
  readonly devices: number;
  readonly devicesChanged: number;
  /** `null` for several groups that are not all: a state may be in more than one of them. */
  readonly patchStates: { readonly judged: number; readonly changed: number } | null;
  readonly coverage: readonly (readonly [before: Coverage, after: Coverage, devices: number])[];
  /** Those with other counts, by how many devices. */
  readonly kbs: readonly (readonly [kb: KbNumber, ...CountPair])[];
  readonly cves: readonly (readonly [cve: string, ...CountPair])[];
}

/** Newest first; `before`: only those before this instant. */
export async function listChanges(
  { publications }: Store,
  scope: Scope,
  { before, top }: { readonly before?: string; readonly top: number },
): Promise<{ readonly changes: readonly ListedChange[]; readonly hasMore: boolean }> {
  const query = { tenantId: scope.tenant.id, top, ...(before === undefined ? {} : { before }) };
  const { publications: found, hasMore } = await publications.list(query);
  const changes = found.map(({ publishedAt, catalogueId, ruleSet, content }) => {
    const kept = JSON.parse(content) as KeptChange;
    const { previousCatalogueId, previousRuleSet, judgedMs, documents } = kept;
    const verdicts = kept.patchStates === null ? null : figuresFor(scope, kept, kept.patchStates);
    return { publishedAt, catalogueId, ruleSet, previousCatalogueId, previousRuleSet, judgedMs, documents, verdicts };
  });
  return { changes, hasMore };
}

/** Recounted from the groups that are seen. */
function figuresFor(
  scope: Scope,
  { groups }: KeptChange,
  whole: NonNullable<KeptChange['patchStates']>,
): ChangedFigures {
  const seen = groups.filter(([group]) => sees(scope, group)).map(([, change]) => change);
  return {
    devices: seen.reduce((sum, { devices }) => sum + devices, 0),
    devicesChanged: seen.reduce((sum, { devicesChanged }) => sum + devicesChanged, 0),
    patchStates: scope.groups === null ? whole : statesOf(seen),
    coverage: coverageOf(seen),
    kbs: changedOf(seen, ({ kbs }) => kbs),
    cves: changedOf(seen, ({ cves }) => cves),
  };
}

function statesOf(seen: readonly GroupChange[]): ChangedFigures['patchStates'] {
  const [only] = seen;
  if (only === undefined) return { judged: 0, changed: 0 };
  return seen.length === 1 ? { judged: only.patchStates, changed: only.patchStatesChanged } : null;
}

function coverageOf(seen: readonly GroupChange[]): ChangedFigures['coverage'] {
  const sums = new Map<string, readonly [Coverage, Coverage, number]>();
  for (const { coverage } of seen)
    for (const [before, after, devices] of coverage) {
      const key = `${before} ${after}`;
      sums.set(key, [before, after, (sums.get(key)?.[2] ?? 0) + devices]);
    }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, moved]) => moved);
}

/** Most devices first, then as they come. */
function changedOf<Key extends string>(
  seen: readonly GroupChange[],
  of: (change: GroupChange) => readonly (readonly [Key, ...CountPair])[],
): readonly (readonly [Key, ...CountPair])[] {
  const sums = new Map<Key, CountPair>();
  for (const change of seen)
    for (const [key, before, after] of of(change)) {
      const [was, is] = sums.get(key) ?? [0, 0];
      sums.set(key, [was + before, is + after]);
    }
  return [...sums]
    .filter(([, [before, after]]) => before !== after)
    .map(([key, [before, after]]) => [key, before, after] as const)
    .sort((a, b) => Math.abs(b[2] - b[1]) - Math.abs(a[2] - a[1]) || (a[0] < b[0] ? -1 : 1));
}
