import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { pino } from 'pino';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { ScheduledSync } from '../../src/cli/scheduled-sync.ts';
import { CatalogueSharing } from '../../src/cli/share-catalogue.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { importCatalogue } from '../../src/operations/import-catalogue.ts';
import type { CatalogueSync } from '../../src/operations/sync-catalogue.ts';
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres/postgres-store.ts';
import { advisoryXml } from '../support/advisory-xml.ts';
import { PostgresCluster, whyNoPostgres } from '../support/postgres.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const missing = whyNoPostgres();
const cluster = missing === undefined ? await PostgresCluster.start({ after }) : undefined;
const now = (): Date => new Date('2026-07-05T12:00:00Z');
let made = 0;

/** A node's part of the catalogue: its folder, and what it says. */
interface Node {
  readonly folder: CatalogueFolder;
  readonly store: PostgresStore;
  readonly said: string[];
  sharing: CatalogueSharing;
  restart(): void;
}

function newDatabase(): string {
  made += 1;
  return `catalogues_${made}`;
}

async function openNode(t: TestContext, url: string): Promise<Node> {
  const folder = new CatalogueFolder(temporaryFolder(t), loadCorrections());
  const store = openPostgresStore({ url, directUrl: null, poolSize: 2 }, { now });
  await store.opened;
  const said: string[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => said.push(line) });
  const open = (): CatalogueSharing => new CatalogueSharing(folder, store.sharedCatalogue, logger);
  const node: Node = {
    folder,
    store,
    said,
    sharing: open(),
    restart: () => {
      void node.sharing.stop();
      node.sharing = open();
    },
  };
  t.after(async () => {
    await node.sharing.stop();
    await store.close();
  });
  return node;
}

async function importMonth({ folder }: Node, t: TestContext, id: string, kb: string): Promise<string> {
  const file = join(temporaryFolder(t), `${id}.xml`);
  writeFileSync(file, advisoryXml({ id, revisedAt: '2020-05-12T07:00:00Z', kbs: [kb] }));
  await importCatalogue(folder, [file], { now: now() });
  return folder.currentId() ?? '';
}

/** Each leaves the row of the catalogue in force as it must not be. */
const damages: readonly (readonly [shows: string, sql: string, says: RegExp])[] = [
  [
    'a byte of it changed',
    'UPDATE catalogue SET content = set_byte(content, length(content) / 2, get_byte(content, length(content) / 2) # 1)',
    /expected the bytes of the catalogue sha256:\S+ in the database/,
  ],
  [
    'cut off',
    'UPDATE catalogue SET content = substring(content FROM 1 FOR length(content) / 2)',
    /in the database, but they cannot be read/,
  ],
  ['empty', `UPDATE catalogue SET content = ''`, /in the database, but they cannot be read/],
  [
    'those of another catalogue',
    `UPDATE catalogue SET content = (SELECT content FROM catalogue ORDER BY in_force_since LIMIT 1)`,
    /in the database, got those of sha256:/,
  ],
];

describe('a catalogue that nodes share', { skip: missing ?? false }, () => {
  it('goes from the node that has it to the others, and back', async (t) => {
    assert.ok(cluster);
    const url = await cluster.createDatabase(newDatabase());
    const [one, two] = [await openNode(t, url), await openNode(t, url)];
    const april = await importMonth(one, t, '2020-Apr', '4549951');
    await one.sharing.look();
    await two.sharing.look();
    assert.equal(two.folder.currentId(), april);
    assert.equal(two.folder.loadCurrent().catalogue.id, april);
    const may = await importMonth(two, t, '2020-May', '4556799');
    assert.notEqual(may, april);
    await two.sharing.look();
    await one.sharing.look();
    assert.equal(one.folder.currentId(), may);
    assert.deepEqual([one.said, two.said], [[], []]);
  });

  for (const [shows, sql, says] of damages) {
    it(`${shows}: is refused, said once, and made good by a node that has it`, async (t) => {
      assert.ok(cluster);
      const database = newDatabase();
      const url = await cluster.createDatabase(database);
      const one = await openNode(t, url);
      await importMonth(one, t, '2020-Apr', '4549951');
      await one.sharing.look();
      const may = await importMonth(one, t, '2020-May', '4556799');
      await one.sharing.look();
      await cluster.query(database, sql);
      const two = await openNode(t, url);
      await two.sharing.look();
      await two.sharing.look();
      assert.equal(two.folder.currentId(), undefined);
      assert.equal(two.said.length, 1);
      assert.match(two.said[0] ?? '', says);
      one.restart();
      await one.sharing.look();
      await two.sharing.look();
      assert.equal(two.folder.currentId(), may);
    });
  }

  it('is synced by one of them, until that one ends', async (t) => {
    assert.ok(cluster);
    const url = await cluster.createDatabase(newDatabase());
    const nodes = [await openNode(t, url), await openNode(t, url)];
    const synced: number[] = [];
    const schedules = nodes.map(({ store, folder }, at) => {
      const schedule = new ScheduledSync({
        dataFolder: folder.path,
        publisher: { baseUrl: 'http://127.0.0.1:1', http: { userAgent: 'test' } },
        schedule: { everyHours: 6, patchTuesdayMinutes: 15 },
        logger: pino({ level: 'silent' }),
        now,
        mayRun: () => store.sharedCatalogue.takeLease('catalogue-sync', 900),
        sync: async () => {
          synced.push(at);
          return nothingNew;
        },
      });
      t.after(() => schedule.stop());
      return schedule;
    });
    for (const at of [0, 1, 1, 0]) await schedules[at]?.look();
    assert.deepEqual(new Set(synced), new Set([0]));
    await nodes[0]?.store.sharedCatalogue.giveBackLease('catalogue-sync');
    for (const at of [1, 0]) await schedules[at]?.look();
    assert.equal(synced.at(-1), 1);
  });
});

const nothingNew: CatalogueSync = {
  requests: 1,
  updated: [],
  failed: [],
  behind: [],
  resolved: [],
  quarantined: [],
  newlyQuarantined: [],
  listSetAside: [],
  repaired: null,
  catalogueId: '',
} as unknown as CatalogueSync;
