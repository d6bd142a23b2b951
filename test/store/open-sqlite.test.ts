import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, it, type TestContext } from 'node:test';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { deviceReport } from './device-reports.ts';

const now = new Date('2026-06-10T08:00:00Z');

/** Makes one bad database file; the message it must be refused with. */
const bad: readonly { says: string; make(path: string): void; code: string; message: RegExp }[] = [
  {
    says: 'a file that is no database',
    make: (path) => writeFileSync(path, 'not a database, but long enough to be looked at\n'.repeat(50)),
    code: 'store-unreadable',
    message: /expected a kbgap store at .*kbgap\.sqlite, but file is not a database/,
  },
  {
    says: "another program's database",
    make: (path) => new DatabaseSync(path).exec('CREATE TABLE theirs (a)'),
    code: 'store-unreadable',
    message: /another program's database/,
  },
  {
    says: 'a store of a newer program',
    make: (path) =>
      new DatabaseSync(path).exec(
        `CREATE TABLE schema_migration (version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL) STRICT;
         INSERT INTO schema_migration VALUES (1, 'initial'), (99, 'from the future')`,
      ),
    code: 'store-too-new',
    message: /expected a store of version \d+ or older at .*, got version 99: use a newer kbgap/,
  },
  {
    says: 'a folder in place of the file',
    make: (path) => mkdirSync(path),
    code: 'store-unreadable',
    message: /EISDIR/,
  },
];

describe('opening the SQLite store', () => {
  for (const { says, make, code, message } of bad) {
    it(`refuses ${says} and leaves it as it is`, (t) => {
      const folder = temporaryFolder(t);
      const path = join(folder, 'kbgap.sqlite');
      make(path);
      const before = statSync(path).isFile() ? readFileSync(path) : undefined;
      assert.throws(() => openSqliteStore(folder, now), { code, message });
      if (before !== undefined) assert.deepEqual(readFileSync(path), before);
    });
  }

  it('refuses a store that was cut short', async (t) => {
    const folder = await folderWithStore(t);
    truncateSync(join(folder, 'kbgap.sqlite'), 4096);
    assert.throws(() => openSqliteStore(folder, now), { code: 'store-unreadable', message: /malformed|disk image/ });
  });

  it('refuses a data folder that is a file', (t) => {
    const file = join(temporaryFolder(t), 'file');
    writeFileSync(file, '');
    assert.throws(() => openSqliteStore(file, now), { code: 'store-unreadable' });
  });

  it('keeps the folder and every file in it to their owner', { skip: process.platform === 'win32' }, async (t) => {
    const folder = join(temporaryFolder(t), 'deeper', 'data');
    const store = openSqliteStore(folder, now);
    t.after(() => store.close());
    const tenantId = store.listTenants()[0]?.id ?? '';
    await store.saveReport(deviceReport(tenantId, 1));
    assert.equal(statSync(folder).mode & 0o777, 0o700);
    const files = readdirSync(folder);
    assert.ok(files.length >= 3, `expected the database, its log and its index, got ${files.join(', ')}`);
    for (const file of files) assert.equal(statSync(join(folder, file)).mode & 0o777, 0o600, file);
  });

  it("leaves the rights of somebody's folder alone", { skip: process.platform === 'win32' }, (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'theirs.txt'), '');
    chmodSync(folder, 0o755);
    const store = openSqliteStore(folder, now);
    t.after(() => store.close());
    assert.equal(statSync(folder).mode & 0o777, 0o755);
  });

  it('is made once by processes that start together', async (t) => {
    const folder = temporaryFolder(t);
    const module = new URL('../../src/store/sqlite/sqlite-store.ts', import.meta.url).href;
    const script = `import { openSqliteStore } from '${module}';
      const store = openSqliteStore(${JSON.stringify(folder)}, new Date(0));
      console.log(JSON.stringify(store.listTenants()));
      await store.close();`;
    const outputs = await Promise.all(Array.from({ length: 4 }, () => runScript(script)));
    assert.match(outputs[0] ?? '', /"name":"default"/);
    assert.deepEqual(new Set(outputs).size, 1, outputs.join('\n'));
  });

  it('finds a device by name, or those that reported long ago, without reading all', async (t) => {
    const database = new DatabaseSync(join(await folderWithStore(t), 'kbgap.sqlite'), { readOnly: true });
    t.after(() => database.close());
    const planOf = (condition: string): unknown =>
      database.prepare(`EXPLAIN QUERY PLAN SELECT count(*) FROM device WHERE tenant_id = ? AND ${condition}`).get()?.[
        'detail'
      ];
    assert.match(String(planOf('name_key = ?')), /device_by_name \(tenant_id=\? AND name_key=\?\)/);
    assert.match(String(planOf('reported_at < ?')), /device_by_report \(tenant_id=\? AND reported_at<\?\)/);
  });

  it('runs in WAL mode and records its version', async (t) => {
    const folder = await folderWithStore(t);
    const database = new DatabaseSync(join(folder, 'kbgap.sqlite'), { readOnly: true });
    t.after(() => database.close());
    assert.equal(database.prepare('PRAGMA journal_mode').get()?.['journal_mode'], 'wal');
    assert.deepEqual(
      database
        .prepare('SELECT version, name FROM schema_migration')
        .all()
        .map((row) => ({ ...row })),
      [
        { version: 1, name: 'initial' },
        { version: 2, name: 'report-sources' },
        { version: 3, name: 'osquery' },
        { version: 4, name: 'numbered-devices' },
        { version: 5, name: 'tenants' },
        { version: 6, name: 'device-keys' },
        { version: 7, name: 'device-changes' },
        { version: 8, name: 'sessions' },
        { version: 9, name: 'numbered-keys' },
        { version: 10, name: 'views' },
        { version: 11, name: 'arrivals' },
        { version: 12, name: 'publications' },
      ],
    );
  });
});

async function folderWithStore(t: TestContext): Promise<string> {
  const folder = temporaryFolder(t);
  const store = openSqliteStore(folder, now);
  const tenantId = store.listTenants()[0]?.id ?? '';
  for (let n = 0; n < 20; n++) await store.saveReport(deviceReport(tenantId, n));
  await store.close();
  return folder;
}

function runScript(script: string): Promise<string> {
  const child = spawn(process.execPath, ['--input-type=module', '--eval', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part));
    child.on('error', reject).on('close', (code) => (code === 0 ? resolve(output) : reject(new Error(`exit ${code}`))));
  });
}
