import type { KbNumber } from '../terms/kb-number.ts';
import { readTable } from './read-table.ts';

type Row = readonly [build: string, kind: string | null, kb: number | null, releasedOn: string | null];

let loaded: ReadonlyMap<string, readonly string[]> | undefined;

/** The builds that an update of SQL Server brings, `['15.0.4280.7']`; those of cumulative updates, which no advisory names, included. */
export function sqlServerBuilds(kb: KbNumber): readonly string[] {
  if (loaded === undefined) {
    const byKb = new Map<string, string[]>();
    for (const [build, , number] of readTable<{ readonly rows: readonly Row[] }>('sql-server-builds').rows) {
      if (number !== null) byKb.set(String(number), [...(byKb.get(String(number)) ?? []), build]);
    }
    loaded = byKb;
  }
  return loaded.get(kb) ?? [];
}
