import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { FilterTree } from '../src/store/filter.ts';
import { addFunctions } from '../src/store/sqlite/functions.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { median, report } from './harness.ts';

// Lists of devices filtered to results of equal size, with ten thousand devices and with a million. Run:
// `node bench/device-filters.ts`, or with another number of devices for a quick look.

const small = 10_000;
const large = Number(process.argv[2] ?? 1_000_000);
const rare = 100;
const states = 5000;

const compare = (property: 'name' | 'lastIpAddress' | 'tags', value: string): FilterTree => ({
  kind: 'compare',
  property,
  operator: 'eq',
  value,
});

const filters = (devices: number): readonly (readonly [name: string, filter: FilterTree])[] => [
  ['computerDnsName eq', compare('name', 'PC0005000.corp.example')],
  ['startswith(computerDnsName)', { kind: 'text', property: 'name', operator: 'startswith', value: 'pc00050' }],
  ['lastIpAddress eq', compare('lastIpAddress', '10.0.19.136')],
  ['machineTags eq', compare('tags', 'Pilot')],
  ['osPlatform eq', { kind: 'states', states: { ids: ['rare'], devices: rare, allDevices: devices } }],
];

function folder(devices: number): string {
  const path = mkdtempSync(join(tmpdir(), 'kbgap-bench-'));
  void openSqliteStore(path, new Date('2026-06-10T08:00:00Z')).close();
  const database = new DatabaseSync(join(path, 'kbgap.sqlite'));
  addFunctions(database);
  database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; DROP TRIGGER device_came; BEGIN');
  const tenant = String(database.prepare('SELECT id FROM tenant').get()?.['id']);
  const insert = database.prepare(
    `INSERT INTO device (tenant_id, id, name, name_key, os_platform, tags, ip_addresses, first_seen_at, reported_at,
       patch_state_id) VALUES (?, ?, ?, ?, 'Windows10', ?, ?, '2026-06-10', '2026-06-10', ?)`,
  );
  for (let device = 0; device < devices; device += 1) {
    const isRare = device % (devices / rare) === 0;
    // Ids are hashes in a real fleet; here they come in order, so that the table is made quickly.
    const id = device.toString(16).padStart(8, '0').padEnd(40, '0');
    const name = `pc${String(device).padStart(7, '0')}.corp.example`;
    const tags = JSON.stringify([`site:${device % 6}`, ...(isRare ? ['pilot'] : [])]);
    const address = JSON.stringify([`10.${(device >> 16) & 255}.${(device >> 8) & 255}.${device & 255}`]);
    insert.run(tenant, id, name, name, tags, address, isRare ? 'rare' : `state-${device % states}`);
  }
  database.exec('COMMIT');
  database.close();
  return path;
}

function timed(work: () => unknown): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

const folders = [small, large].map(folder);
const stores = folders.map((path) => openSqliteStore(path, new Date('2026-06-10T08:00:00Z')));
for (const [index, [name]] of filters(small).entries()) {
  const ask = (at: 0 | 1): number => {
    const store = stores[at];
    const filter = filters(at === 0 ? small : large)[index]?.[1];
    const tenantId = store?.listTenants()[0]?.id ?? '';
    if (store === undefined || filter === undefined) return 0;
    const query = { filter, top: 10_000, skip: 0 };
    const found = store.listDevices({ tenantId, groups: null }, query).devices.length;
    return found;
  };
  const found = [ask(0), ask(1)];
  const rounds = Array.from({ length: 31 }, () => [timed(() => ask(0)), timed(() => ask(1))] as const);
  const [a, b] = [median(rounds.map(([few]) => few)), median(rounds.map(([, many]) => many))];
  report(
    `${name}: ${found[1]} of ${large} devices, against ${found[0]} of ${small}`,
    `${(b / a).toFixed(2)} times (${a.toFixed(2)} ms : ${b.toFixed(2)} ms)`,
    'at most 1.5 times',
    b / a <= 1.5,
  );
}
for (const store of stores) await store.close();
for (const path of folders) rmSync(path, { recursive: true });
