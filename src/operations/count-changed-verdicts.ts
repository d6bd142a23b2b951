import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Assessment } from '../assessment/assessment.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { compareKbNumbers } from '../terms/kb-number.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { Engine } from './engine.ts';

/** How many devices of a data folder, all tenants, two catalogues judge differently. */
export interface ChangedVerdicts {
  readonly devices: number;
  /** Another coverage, other missing updates, other CVEs that these address, or other open CVEs. */
  readonly devicesChanged: number;
  readonly patchStates: number;
  readonly patchStatesChanged: number;
  /** Updates that more or fewer devices miss, by number. */
  readonly kbs: readonly { readonly kb: KbNumber; readonly before: number; readonly after: number }[];
}

/** The SQLite store of a data folder; `undefined` where it has none yet. Who opens it closes it. */
export function openFolderStore(dataFolder: string): Store | undefined {
  return existsSync(join(dataFolder, 'kbgap.sqlite')) ? openSqliteStore(dataFolder, new Date()) : undefined;
}

/** Judges each distinct patch state by both. A state that cannot be judged by one of them counts as changed. */
export function countChangedVerdicts(
  store: Pick<Store, 'listCounts' | 'findPatchState'> | undefined,
  before: Engine,
  after: Engine,
): ChangedVerdicts {
  const devicesIn = new Map<string, number>();
  for (const { patchStateId, devices } of store?.listCounts() ?? []) {
    devicesIn.set(patchStateId, (devicesIn.get(patchStateId) ?? 0) + devices);
  }
  const kbs = new Map<KbNumber, { before: number; after: number }>();
  let [devices, devicesChanged, patchStates, patchStatesChanged] = [0, 0, 0, 0];
  for (const [id, count] of devicesIn) {
    const state = count > 0 ? store?.findPatchState(id) : undefined;
    if (state === undefined) continue;
    patchStates += 1;
    devices += count;
    const [old, now] = [before.assess(state, null), after.assess(state, null)];
    for (const { kb } of old.missing) countIn(kbs, kb).before += count;
    for (const { kb } of now.missing) countIn(kbs, kb).after += count;
    if (verdictOf(old) === verdictOf(now)) continue;
    patchStatesChanged += 1;
    devicesChanged += count;
  }
  const changed = [...kbs].filter(([, counts]) => counts.before !== counts.after);
  changed.sort(([a], [b]) => compareKbNumbers(a, b));
  const list = changed.map(([kb, counts]) => ({ kb, ...counts }));
  return { devices, devicesChanged, patchStates, patchStatesChanged, kbs: list };
}

function countIn(
  kbs: Map<KbNumber, { before: number; after: number }>,
  kb: KbNumber,
): { before: number; after: number } {
  const known = kbs.get(kb) ?? { before: 0, after: 0 };
  kbs.set(kb, known);
  return known;
}

function verdictOf({ coverage, missing, openCves }: Assessment): string {
  return JSON.stringify([coverage, missing.map(({ kb, cveAddressed, cves }) => [kb, cveAddressed, cves]), openCves]);
}
