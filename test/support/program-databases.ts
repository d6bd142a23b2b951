import type { TestContext } from 'node:test';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import { packCatalogue } from '../../src/catalogue/catalogue-format.ts';
import { compileCatalogue } from '../../src/catalogue/compile-catalogue.ts';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { expandCatalogue } from '../../src/catalogue/expand-catalogue.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import type { Application } from '../../src/operations/application.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import type { Engine } from '../../src/operations/engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { openPostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import type { Store } from '../../src/store/store.ts';
import { PostgresCluster, whyNoPostgres } from './postgres.ts';
import { runRandomProgram } from './random-program.ts';
import type { ProgramOutcome } from './random-program.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** What a random program runs on. */
interface ProgramRun {
  readonly seed: number;
  readonly operations: number;
  readonly nodes: number;
  readonly onProgress?: (done: number) => void;
}

interface ProgramDatabase {
  readonly name: string;
  /** Why it cannot be run on. */
  readonly skip: string | false;
  run(t: TestContext, run: ProgramRun): Promise<ProgramOutcome>;
}

export const programDatabases: readonly ProgramDatabase[] = [
  { name: 'SQLite', skip: false, run: runOnSqlite },
  { name: 'PostgreSQL', skip: whyNoPostgres() ?? false, run: runOnPostgres },
];

/** The starter catalogue, and as it stood before some months. */
function engines(): readonly Engine[] {
  const starter = loadStarterCatalogue();
  const documents = expandCatalogue(starter.compiled);
  const until = (end: string): Engine => {
    const held = documents.filter(({ initialReleaseAt }) => initialReleaseAt < end);
    const { bytes } = packCatalogue(compileCatalogue(held), 1);
    return catalogueEngine(Catalogue.fromBytes(bytes, loadCorrections()), false);
  };
  return [catalogueEngine(starter, true), until('2025-09-01'), until('2025-04-01')];
}

async function open(t: TestContext, store: Store, engine: Engine): Promise<Application> {
  const application = openApplication({ dataFolder: temporaryFolder(t), now: () => new Date(), engine, store });
  t.after(() => application.close());
  await application.warmUp();
  return application;
}

async function runOnSqlite(t: TestContext, { nodes: count, ...run }: ProgramRun): Promise<ProgramOutcome> {
  const folder = temporaryFolder(t);
  const all = engines();
  const stores = Array.from({ length: count }, () => openSqliteStore(folder, new Date()));
  const [engine] = all;
  const [store] = stores;
  if (engine === undefined || store === undefined) throw new RangeError('expected a node and a catalogue');
  const nodes: Application[] = [];
  for (const each of stores) nodes.push(await open(t, each, engine));
  return runRandomProgram({
    ...run,
    nodes,
    engines: all,
    // Both are read in one turn, in which nothing is written.
    differences: () => Promise.resolve(differing(store.recount(), store.listCounts())),
  });
}

async function runOnPostgres(t: TestContext, { nodes: count, ...run }: ProgramRun): Promise<ProgramOutcome> {
  const cluster = await PostgresCluster.start(t);
  const url = await cluster.createDatabase('kbgap');
  const all = engines();
  const [engine] = all;
  if (engine === undefined) throw new RangeError('expected a catalogue');
  const nodes: Application[] = [];
  for (let node = 0; node < count; node += 1) {
    const store = openPostgresStore({ url, poolSize: 4 }, { now: () => new Date() });
    await store.opened;
    nodes.push(await open(t, store, engine));
  }
  return runRandomProgram({
    ...run,
    nodes,
    engines: all,
    // One statement sees one moment. A tenant that is being deleted loses its rows table by table.
    differences: () =>
      cluster.rows(
        'kbgap',
        `SELECT * FROM (SELECT tenant_id, device_group, patch_state_id, count(*) AS devices FROM device
           WHERE tenant_id IN (SELECT id FROM tenant WHERE deleting_since IS NULL) GROUP BY 1, 2, 3) AS rows
         FULL JOIN (SELECT * FROM patch_state_count
           WHERE tenant_id IN (SELECT id FROM tenant WHERE deleting_since IS NULL)) AS kept
         USING (tenant_id, device_group, patch_state_id) WHERE rows.devices IS DISTINCT FROM kept.devices`,
      ),
  });
}

function differing(rows: readonly unknown[], kept: readonly unknown[]): readonly unknown[] {
  const [a, b] = [rows, kept].map((counts) => new Set(counts.map((count) => JSON.stringify(count))));
  return a === undefined || b === undefined ? [] : [...a.symmetricDifference(b)];
}
