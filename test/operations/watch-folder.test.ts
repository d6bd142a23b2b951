import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { strToU8, zipSync } from 'fflate';
import type { Application } from '../../src/operations/application.ts';
import { watchFolder } from '../../src/operations/intake/watch-folder.ts';
import type { WatchEvent, WatchOptions } from '../../src/operations/intake/watch-folder.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { StoreWriteError } from '../../src/store/store-error.ts';
import type { Tenant } from '../../src/store/store.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { wholeTenant } from '../../src/operations/scope.ts';

const now = (): Date => new Date('2026-06-10T08:00:00Z');

interface Watched {
  readonly application: Application;
  readonly tenant: Tenant;
  readonly folder: string;
  readonly events: WatchEvent[];
  readonly drop: (name: string, content: string | Uint8Array) => string;
  readonly once: (options?: Partial<WatchOptions>, through?: Pick<Application, 'applyReport'>) => Promise<void>;
  /** Watches until the test ends. */
  readonly watch: (options?: Partial<WatchOptions>, through?: Pick<Application, 'applyReport'>) => void;
}

function open(t: TestContext): Watched {
  const folder = temporaryFolder(t);
  const application = openApplication({ dataFolder: temporaryFolder(t), now, engine: createFakeEngine() });
  const tenant = application.getTenant('default');
  const events: WatchEvent[] = [];
  const ending = new AbortController();
  const running: Promise<void>[] = [];
  t.after(async () => {
    ending.abort();
    await Promise.all(running);
    await application.close();
  });
  const start = (
    once: boolean,
    options: Partial<WatchOptions> = {},
    through: Pick<Application, 'applyReport'> = application,
  ): Promise<void> =>
    watchFolder(through, tenant, {
      folder,
      settleMs: 0,
      pollMs: 20,
      once,
      signal: ending.signal,
      now,
      onEvent: (event) => events.push(event),
      ...options,
    });
  return {
    application,
    tenant,
    folder,
    events,
    drop: (name, content) => {
      const path = join(folder, name);
      mkdirSync(join(path, '..'), { recursive: true });
      writeFileSync(path, content);
      return path;
    },
    once: (options, through) => start(true, options, through),
    watch: (options, through) => void running.push(start(false, options, through)),
  };
}

function native(name: string): string {
  return JSON.stringify({
    schema: 'kbgap-inventory/1',
    device: { name },
    os: { name: 'Windows 10 Pro', build: '10.0.18363.657' },
  });
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await delay(10);
}

async function names({ application, tenant }: Watched): Promise<readonly string[]> {
  return (await application.listDevices(wholeTenant(tenant), { top: 1000, skip: 0 })).devices
    .map(({ name }) => name ?? '')
    .sort();
}

function filesBelow(folder: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();
}

describe('a drop folder, one pass', () => {
  it('what is read goes to done/, what is not to refused/ with its reason; subfolders too', async (t) => {
    const watched = open(t);
    const { folder, drop, once, events } = watched;
    drop('a.json', native('A'));
    drop('site/b.json', native('B'));
    drop('bad.txt', 'hello');
    drop('half.zip', zipSync({ 'c.json': strToU8(native('C')), 'x.txt': strToU8('hello') }));
    drop('empty.zip', zipSync({}));
    drop('d.json.part', native('D'));
    await once();
    assert.deepEqual(await names(watched), ['A', 'B', 'C']);
    assert.deepEqual(filesBelow(join(folder, 'done')), ['a.json', join('site', 'b.json')]);
    assert.deepEqual(filesBelow(join(folder, 'refused')), [
      'bad.txt',
      'bad.txt.reason.txt',
      'empty.zip',
      'empty.zip.reason.txt',
      'half.zip',
      'half.zip.reason.txt',
    ]);
    const reason = (name: string): string => readFileSync(join(folder, 'refused', `${name}.reason.txt`), 'utf8');
    assert.match(reason('bad.txt'), /1 refused, 0 stored[\s\S]*bad\.txt: expected a report of a known format/);
    assert.match(reason('half.zip'), /1 refused, 1 stored[\s\S]*half\.zip!\/x\.txt: /);
    assert.match(reason('empty.zip'), /holds no report/);
    assert.deepEqual(events.map(({ kind }) => kind).sort(), ['done', 'done', 'refused', 'refused', 'refused']);
    assert.ok(existsSync(join(folder, 'd.json.part')));
    events.length = 0;
    await once();
    assert.deepEqual(events, [], 'what was dealt with is not looked at again');
  });

  it('what another process may still be writing is left', async (t) => {
    const watched = open(t);
    const { folder, drop, once } = watched;
    drop('whole.json', native('WHOLE'));
    const growing = drop('growing.json', native('GROWING').slice(0, 40));
    const writing = once({ settleMs: 400 });
    await delay(50);
    writeFileSync(growing, native('GROWING'));
    await writing;
    assert.deepEqual(await names(watched), ['WHOLE']);
    assert.ok(existsSync(join(folder, 'growing.json')));
    await once({ settleMs: 50 });
    assert.deepEqual(await names(watched), ['GROWING', 'WHOLE']);
  });

  it('of one device the newest file stands, whatever its name', async (t) => {
    const watched = open(t);
    watched.drop('z-older.json', native('A').replace('657', '600'));
    await delay(20);
    watched.drop('a-newer.json', native('A'));
    await watched.once();
    assert.equal((await watched.application.getDevice(wholeTenant(watched.tenant), 'A')).osBuild, '10.0.18363.657');
  });

  it('many files share their waits for the disk, and all are moved', async (t) => {
    const watched = open(t);
    for (let n = 0; n < 450; n += 1) watched.drop(`${n}.json`, native(`PC${n}`));
    let waiting = 0;
    let most = 0;
    await watched.once(
      {},
      {
        applyReport: async (...given) => {
          waiting += 1;
          most = Math.max(most, waiting);
          const outcome = await watched.application.applyReport(...given);
          waiting -= 1;
          return outcome;
        },
      },
    );
    assert.equal(most, 200);
    assert.equal(filesBelow(join(watched.folder, 'done')).length, 450);
    assert.equal(
      (await watched.application.listDevices(wholeTenant(watched.tenant), { top: 1000, skip: 0 })).devices.length,
      450,
    );
  });

  it('a store that cannot write costs no file: it waits in its place', async (t) => {
    const watched = open(t);
    const file = watched.drop('a.json', native('A'));
    await watched.once({}, { applyReport: () => Promise.reject(new StoreWriteError(new Error('disk full'))) });
    assert.ok(existsSync(file));
    assert.deepEqual(
      watched.events.map(({ kind }) => kind),
      ['waiting'],
    );
    await watched.once();
    assert.deepEqual(await names(watched), ['A']);
  });

  it('a file that was written to while it was read settles again', async (t) => {
    const watched = open(t);
    const file = watched.drop('a.json', native('A'));
    await watched.once(
      {},
      {
        applyReport: (...given) => {
          writeFileSync(file, native('ANOTHER'));
          return watched.application.applyReport(...given);
        },
      },
    );
    assert.ok(existsSync(file));
    await watched.once();
    assert.deepEqual(await names(watched), ['A', 'ANOTHER']);
  });
});

describe('a drop folder that is watched', () => {
  it('takes in what comes: written, in a new subfolder, renamed into place', async (t) => {
    const watched = open(t);
    const { folder, drop, watch } = watched;
    watch({ settleMs: 60 });
    drop('a.json', native('A'));
    await until(() => existsSync(join(folder, 'done', 'a.json')));
    drop('new/deep/b.json', native('B'));
    await until(() => existsSync(join(folder, 'done', 'new', 'deep', 'b.json')));
    const half = drop('c.json.tmp', native('C').slice(0, 30));
    await delay(200);
    assert.ok(existsSync(half));
    writeFileSync(half, native('C'));
    renameSync(half, join(folder, 'c.json'));
    await until(() => existsSync(join(folder, 'done', 'c.json')));
    drop('a.json', native('A2'));
    await until(() => existsSync(join(folder, 'done', 'a.2.json')));
    assert.deepEqual(await names(watched), ['A', 'A2', 'B', 'C']);
  });

  it('tries again what failed for a reason that passes, and tells it once', async (t) => {
    const watched = open(t);
    let failures = 0;
    watched.watch(
      {},
      {
        applyReport: (...given) => {
          if (failures >= 2) return watched.application.applyReport(...given);
          failures += 1;
          return Promise.reject(new StoreWriteError(new Error('disk full')));
        },
      },
    );
    watched.drop('a.json', native('A'));
    await until(() => existsSync(join(watched.folder, 'done', 'a.json')));
    assert.deepEqual(
      watched.events.map(({ kind }) => kind),
      ['waiting', 'done'],
    );
  });

  it('a file that cannot be moved is not read over and over', async (t) => {
    const watched = open(t);
    const { folder, events, watch, drop, application } = watched;
    writeFileSync(join(folder, 'done'), 'a file where the folder should be');
    drop('a.json', native('A'));
    let applied = 0;
    watch(
      {},
      {
        applyReport: (...given) => {
          applied += 1;
          return application.applyReport(...given);
        },
      },
    );
    await until(() => events.length > 0);
    await delay(1500);
    assert.deepEqual([applied, events.map(({ kind }) => kind)], [1, ['waiting']]);
    rmSync(join(folder, 'done'));
    await until(() => existsSync(join(folder, 'done', 'a.json')));
    assert.equal(applied, 1);
  });

  it('a folder that goes away is waited for', { skip: process.platform === 'win32' }, async (t) => {
    const watched = open(t);
    const { folder, events, watch, drop } = watched;
    watch();
    await delay(50);
    renameSync(folder, `${folder}-away`);
    await until(() => events.some(({ kind }) => kind === 'unreachable'));
    renameSync(`${folder}-away`, folder);
    await until(() => events.some(({ kind }) => kind === 'reachable'));
    drop('a.json', native('A'));
    await until(() => existsSync(join(folder, 'done', 'a.json')));
    rmSync(`${folder}-away`, { recursive: true, force: true });
  });
});
