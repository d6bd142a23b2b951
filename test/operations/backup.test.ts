import assert from 'node:assert/strict';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  readdirSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { create } from 'tar';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import { restoreBackup } from '../../src/operations/backup/restore-backup.ts';
import { writeBackup } from '../../src/operations/backup/write-backup.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import type { Application } from '../../src/operations/application.ts';
import { wholeTenant } from '../../src/operations/scope.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = new Date('2026-11-25T12:00:00Z');

function open(dataFolder: string): Application {
  const { catalogue, starter } = new CatalogueFolder(dataFolder, loadCorrections()).loadCurrent();
  return openApplication({ dataFolder, now: () => now, engine: catalogueEngine(catalogue, starter) });
}

async function report(application: Application, name: string): Promise<void> {
  const inventory = readNative({
    schema: 'kbgap-inventory/1',
    device: { name },
    os: { name: 'Windows 11 Pro', build: '10.0.26100.1742', architecture: 'x64', installationType: 'Client' },
  });
  const tenant = application.getTenant('default');
  await application.applyReport(tenant, { inventory, raw: Buffer.from(name), format: 'native', receivedAt: now });
}

async function namesOf(application: Application): Promise<readonly (string | null)[]> {
  const page = await application.listDevices(wholeTenant(application.getTenant('default')), { top: 1000, skip: 0 });
  return page.devices.map(({ name }) => name).sort((a, b) => ((a ?? '') < (b ?? '') ? -1 : 1));
}

/** A data folder with devices, a client, a key, and files beside the store; its backup. */
async function backedUp(t: TestContext): Promise<{ readonly folder: string; readonly file: string }> {
  const folder = temporaryFolder(t);
  const dataFolder = join(folder, 'data');
  const application = open(dataFolder);
  for (const name of ['pc1', 'pc2', 'pc3']) await report(application, name);
  await application.getSigningKey();
  mkdirSync(join(dataFolder, 'keys'));
  writeFileSync(join(dataFolder, 'keys', 'trusted.pub'), 'a key');
  writeFileSync(join(dataFolder, 'watch-x.lock'), '');
  const file = join(folder, 'backup', 'kbgap.tar.zst');
  await writeBackup(dataFolder, file, now);
  await application.close();
  return { folder, file };
}

describe('a backup', () => {
  it('taken while reports come in is a whole store, which a new folder goes on from', async (t) => {
    const folder = temporaryFolder(t);
    const application = open(join(folder, 'data'));
    await report(application, 'before');
    const kid = (await application.getSigningKey()).kid;
    const file = join(folder, 'kbgap.tar.zst');
    let isDone = false;
    const writing = (async () => {
      for (let n = 0; !isDone; n += 1) await report(application, `while-${n}`);
    })();
    await writeBackup(join(folder, 'data'), file, now).finally(() => (isDone = true));
    await writing;
    const after = await namesOf(application);
    await application.close();

    const manifest = await restoreBackup(file, join(folder, 'restored'));
    assert.equal(manifest.createdAt, '2026-11-25T12:00:00.000Z');
    const restored = open(join(folder, 'restored'));
    const names = await namesOf(restored);
    assert.ok(names.includes('before'));
    assert.deepEqual(
      names.filter((name) => !after.includes(name)),
      [],
    );
    assert.deepEqual(await restored.verifyCounts(), []);
    assert.equal((await restored.getSigningKey()).kid, kid);
    await report(restored, 'afterwards');
    assert.equal((await namesOf(restored)).length, names.length + 1);
    await restored.close();
  });

  it('holds what lies beside the store, but no locks, and is for its owner alone', async (t) => {
    const { folder, file } = await backedUp(t);
    assert.equal(statSync(file).mode & 0o077, 0);
    assert.deepEqual(readdirSync(join(folder, 'backup')), ['kbgap.tar.zst']);
    const { files } = await restoreBackup(file, join(folder, 'restored'));
    assert.deepEqual(
      files.map(({ path }) => path).filter((path) => !path.startsWith('catalogue/')),
      ['kbgap.sqlite', 'keys/trusted.pub'],
    );
    assert.equal(readFileSync(join(folder, 'restored', 'keys', 'trusted.pub'), 'utf8'), 'a key');
    assert.equal(existsSync(join(folder, 'restored', '.restoring')), false);
  });

  it('does not go into the data folder, and needs a store', async (t) => {
    const folder = temporaryFolder(t);
    await open(folder).close();
    await assert.rejects(writeBackup(folder, join(folder, 'b'), now), { code: 'backup' });
    await assert.rejects(writeBackup(join(folder, 'none'), join(temporaryFolder(t), 'b'), now), {
      code: 'store-unreadable',
    });
  });

  it('is not put over something', async (t) => {
    const { folder, file } = await backedUp(t);
    await assert.rejects(restoreBackup(file, join(folder, 'data')), /expected an empty data folder.*kbgap\.sqlite/);
    await assert.rejects(restoreBackup(join(folder, 'none'), join(folder, 'x')), /none is not there/);
    // What a restore that was killed left.
    mkdirSync(join(folder, 'half', '.restoring'), { recursive: true });
    writeFileSync(join(folder, 'half', '.restoring', 'kbgap.sqlite'), 'half');
    await restoreBackup(file, join(folder, 'half'));
    assert.deepEqual(await namesOf(await opened(join(folder, 'half'), t)), ['pc1', 'pc2', 'pc3']);
  });

  it('damaged anywhere is refused, and leaves the folder empty', async (t) => {
    const { folder, file } = await backedUp(t);
    const whole = readFileSync(file);
    const places = Array.from({ length: 40 }, (_, n) => Math.floor((whole.length * (n + 0.5)) / 40));
    const cut = [0, 1, 100, Math.floor(whole.length / 2), whole.length - 1].map((length) => whole.subarray(0, length));
    const changed = places.map((place) => {
      const bytes = Buffer.from(whole);
      bytes[place] = (bytes[place] ?? 0) ^ 0x10;
      return bytes;
    });
    let refused = 0;
    for (const bytes of [...cut, ...changed]) {
      const into = join(folder, `into-${(refused += 1)}`);
      writeFileSync(join(folder, 'damaged'), bytes);
      try {
        await restoreBackup(join(folder, 'damaged'), into);
      } catch (error) {
        assert.ok(error instanceof Error && 'code' in error && error.code === 'backup', String(error));
        assert.deepEqual(readdirSync(into), []);
        continue;
      }
      // A bit that means nothing (of a tar header's padding, say): then all of it is as it was.
      assert.deepEqual(await namesOf(await opened(into, t)), ['pc1', 'pc2', 'pc3']);
    }
  });

  it('of something else is refused by name', async (t) => {
    const folder = temporaryFolder(t);
    const inside = join(folder, 'inside');
    mkdirSync(inside);
    const pack = async (files: Readonly<Record<string, string>>): Promise<string> => {
      for (const [name, content] of Object.entries(files)) writeFileSync(join(inside, name), content);
      const file = join(folder, 'packed');
      await create({ file, cwd: inside, zstd: true }, Object.keys(files));
      return file;
    };
    const cases: readonly (readonly [Readonly<Record<string, string>>, RegExp])[] = [
      [{ a: 'b' }, /it is no backup of kbgap/],
      [{ 'kbgap-backup.json': 'x' }, /kbgap-backup\.json to be JSON/],
      [{ 'kbgap-backup.json': '{"schema":"kbgap-backup/9"}' }, /kbgap-backup\/1, got "kbgap-backup\/9"/],
      [{ 'kbgap-backup.json': '{"schema":"kbgap-backup/1","files":[]}', a: 'b' }, /also holds a/],
      [{ 'kbgap-backup.json': '{"schema":"kbgap-backup/1","files":[]}' }, /expected kbgap\.sqlite/],
      [
        { 'kbgap-backup.json': '{"schema":"kbgap-backup/1","files":[{"path":"../x","sizeBytes":1,"sha256":"0"}]}' },
        /expected \.\.\/x .* not there/,
      ],
    ];
    for (const [files, message] of cases)
      await assert.rejects(restoreBackup(await pack(files), join(folder, 'into')), { code: 'backup', message });
  });
});

describe('a store with a damaged page', () => {
  it('is told of, and a backup takes its place', async (t) => {
    const { folder, file } = await backedUp(t);
    const store = join(folder, 'data', 'kbgap.sqlite');
    const size = statSync(store).size;
    const handle = openSync(store, 'r+');
    for (let page = 2; page * 4096 < size; page += 1) writeSync(handle, Buffer.alloc(64, 0x5a), 0, 64, page * 4096);
    closeSync(handle);
    await assert.rejects(async () => namesOf(open(join(folder, 'data'))), /malformed|damaged/);
    await assert.rejects(
      (async () => {
        await writeBackup(join(folder, 'data'), join(folder, 'of-damaged'), now);
        await restoreBackup(join(folder, 'of-damaged'), join(folder, 'from-damaged'));
      })(),
      /malformed|damaged/,
    );
    await restoreBackup(file, join(folder, 'restored'));
    assert.deepEqual(await namesOf(await opened(join(folder, 'restored'), t)), ['pc1', 'pc2', 'pc3']);
  });
});

async function opened(dataFolder: string, t: TestContext): Promise<Application> {
  const application = open(dataFolder);
  t.after(() => application.close());
  return application;
}
