import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, mkdirSync, openSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import type { Application, ReportOutcome } from '../../src/operations/application.ts';
import { importReports } from '../../src/operations/intake/import-reports.ts';
import type { ImportOptions, ImportSummary } from '../../src/operations/intake/import-reports.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import type { Tenant } from '../../src/store/store.ts';
import { createFakeEngine } from '../support/fake-engine.ts';
import { encoded, systeminfoTexts } from '../support/systeminfo-texts.ts';
import { tarFile } from '../support/tar-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { wholeTenant } from '../../src/operations/scope.ts';

const now = (): Date => new Date('2026-06-10T08:00:00Z');

interface Opened {
  readonly application: Application;
  readonly tenant: Tenant;
  readonly folder: string;
  readonly run: (paths: readonly string[], options?: Partial<ImportOptions>) => Promise<ImportSummary>;
}

function open(t: TestContext): Opened {
  const folder = temporaryFolder(t);
  const application = openApplication({ dataFolder: temporaryFolder(t), now, engine: createFakeEngine() });
  t.after(() => application.close());
  const tenant = application.getTenant('default');
  return {
    application,
    tenant,
    folder,
    run: (paths, options = {}) => importReports(application, tenant, { paths, now, ...options }),
  };
}

function native(name: string, build = '10.0.18363.657', more: object = {}): string {
  return JSON.stringify({
    schema: 'kbgap-inventory/1',
    device: { name },
    os: { name: 'Windows 10 Pro', build },
    ...more,
  });
}

async function names({ application, tenant }: Opened): Promise<readonly string[]> {
  return (await application.listDevices(wholeTenant(tenant), { top: 1000, skip: 0 })).devices.map(
    ({ name }) => name ?? '',
  );
}

describe('importReports', () => {
  it('takes in folders, archives and files of many devices, and counts what it did', async (t) => {
    const opened = open(t);
    const { folder, run } = opened;
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'a.json'), native('A'));
    writeFileSync(join(folder, 'lines.ndjson'), [native('B'), native('C'), native('D')].join('\n'));
    writeFileSync(
      join(folder, 'x.zip'),
      zipSync({ 'e.json': strToU8(native('E')), 'f.json.gz': gzipSync(native('F')) }),
    );
    writeFileSync(
      join(folder, 'y.tgz'),
      gzipSync(tarFile([{ name: 'g/a.json', content: native('a', '10.0.18363.719') }])),
    );
    const summary = await run([folder]);
    assert.deepEqual(summary, {
      reports: 5,
      observations: 7,
      stored: 7,
      changed: 7,
      unchanged: 0,
      devices: 6,
      merged: 1,
      refused: 0,
      refusals: [],
    });
    assert.deepEqual([...(await names(opened))].sort(), ['B', 'C', 'D', 'E', 'F', 'a']);
    const again = await run([folder]);
    assert.deepEqual([again.stored, again.changed, again.unchanged], [7, 2, 5], 'A is first as before, then as after');
  });

  it('keeps of a file of many devices each device’s own part', async (t) => {
    const { application, tenant, folder, run } = open(t);
    const file = join(folder, 'lines.ndjson');
    writeFileSync(file, Array.from({ length: 300 }, (_, n) => native(`PC${n}`)).join('\n'));
    assert.equal((await run([file])).devices, 300);
    assert.equal((await application.getDevice(wholeTenant(tenant), 'pc299')).name, 'PC299');
    assert.deepEqual(await application.verifyCounts(), []);
  });

  it('stores many reports with one wait for the disk', async (t) => {
    const { application, tenant, folder } = open(t);
    writeFileSync(
      join(folder, 'a.zip'),
      zipSync(Object.fromEntries(Array.from({ length: 1200 }, (_, n) => [`${n}.json`, strToU8(native(`PC${n}`))]))),
    );
    let waiting = 0;
    let most = 0;
    const counting: Pick<Application, 'applyReport'> = {
      applyReport: async (...given): Promise<ReportOutcome> => {
        waiting += 1;
        most = Math.max(most, waiting);
        const outcome = await application.applyReport(...given);
        waiting -= 1;
        return outcome;
      },
    };
    const summary = await importReports(counting, tenant, { paths: [folder], now });
    assert.equal(summary.stored, 1200);
    assert.equal(most, 500);
  });

  it('several reports of one device come in their order, however many', async (t) => {
    const { application, tenant, folder, run } = open(t);
    const builds = Array.from({ length: 40 }, (_, n) => `10.0.18363.${600 + n}`);
    writeFileSync(join(folder, 'lines.ndjson'), builds.map((build) => native('PC1', build)).join('\n'));
    const { stored, devices, merged, refused } = await run([folder]);
    assert.deepEqual([stored, devices, merged, refused], [40, 1, 39, 0]);
    assert.equal((await application.getDevice(wholeTenant(tenant), 'PC1')).osBuild, '10.0.18363.639');
  });

  it('refuses by reason with examples, and stores the rest', async (t) => {
    const opened = open(t);
    const { folder, run } = opened;
    const bad: readonly (readonly [name: string, content: string | Uint8Array])[] = [
      ['empty.txt', ''],
      ['rubbish-1.bin', Uint8Array.from({ length: 4000 }, (_, n) => (n * 2654435761) >>> 13)],
      ['rubbish-2.bin', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex')],
      ['broken.json', '{ "schema": "kbgap-inventory/1", "os": '],
      ['other.json', '{ "hello": "world" }'],
      ['no-os.json', '{ "schema": "kbgap-inventory/1" }'],
      ['nameless.json', '{ "schema": "kbgap-inventory/1", "os": { "name": "Windows 10 Pro" } }'],
      ['quotes.csv', 'Node,CSName,"HotFixID\nPC1,PC1,"KB5034122\n'],
      ['cut.gz', gzipSync(native('X')).subarray(0, 30)],
      ['bomb.gz', gzipSync(Buffer.alloc(40_000_000))],
    ];
    for (const [name, content] of bad) writeFileSync(join(folder, name), content);
    const sparse = openSync(join(folder, 'sparse.txt'), 'w');
    ftruncateSync(sparse, 2 ** 31);
    closeSync(sparse);
    writeFileSync(join(folder, 'good.json'), native('GOOD'));
    const told: string[] = [];
    const summary = await run([folder, join(folder, 'no-such-file')], {
      onRefused: ({ message }) => told.push(message),
    });
    assert.deepEqual([summary.stored, summary.devices], [1, 1]);
    assert.deepEqual(await names(opened), ['GOOD']);
    for (const name of [...bad.map(([each]) => each), 'sparse.txt', 'no-such-file'])
      assert.ok(
        told.some((message) => message.startsWith(`${join(folder, name)}: `)),
        `${name} was not told`,
      );
    assert.equal(summary.refused, told.length);
    const counts = Object.fromEntries(summary.refusals.map(({ reason, count }) => [reason, count]));
    assert.equal(counts['file-too-large'], 2);
    assert.equal(counts['file-missing'], 1);
    assert.equal(counts['archive-damaged'], 1);
    assert.equal(counts['missing-device-identity'], 1);
    for (const { count, examples } of summary.refusals) assert.ok(examples.length === Math.min(count, 3));
    assert.match(told.find((message) => message.includes('sparse')) ?? '', /at most 268435456 bytes, got 2147483648$/);
  });

  it('a Windows that nobody knows is stored as not assessed', async (t) => {
    const { folder, run } = open(t);
    writeFileSync(join(folder, 'a.json'), native('A', '10.0.99999.1'));
    writeFileSync(
      join(folder, 'b.json'),
      JSON.stringify({ schema: 'kbgap-inventory/1', device: { name: 'B' }, os: { name: 'Windows 42' } }),
    );
    const coverages: string[] = [];
    const summary = await run([folder], { onStored: ({ outcome }) => coverages.push(outcome.coverage) });
    assert.equal(summary.stored, 2);
    assert.ok(coverages.every((coverage) => coverage !== 'assessed') || coverages.length === 2);
  });

  it('names are data: path parts, control characters and words of JavaScript', async (t) => {
    const opened = open(t);
    const { folder, run } = opened;
    const odd = [
      '__proto__',
      'constructor',
      '../../etc/passwd',
      'a\u0007b\u001b[2J',
      '-',
      '名前',
      'C:\\x',
      `'; DROP TABLE device`,
    ];
    writeFileSync(join(folder, 'lines.ndjson'), odd.map((name) => native(name)).join('\n'));
    writeFileSync(
      join(folder, 'keys.json'),
      '{"schema":"kbgap-inventory/1","__proto__":{"os":1},"constructor":1,"device":{"name":"K","__proto__":{"id":"x"}},"os":{"name":"Windows 10","toString":1}}',
    );
    const { stored, refused } = await run([folder]);
    assert.deepEqual([stored, refused], [odd.length + 1, 0]);
    // Control characters are left out: nothing that a terminal would obey is kept as a name.
    const kept = odd.map((name) => (name.startsWith('a') ? 'ab[2J' : name));
    assert.deepEqual([...(await names(opened))].sort(), [...kept, 'K'].sort());
    assert.deepEqual(readdirSync(folder).sort(), ['keys.json', 'lines.ndjson']);
    assert.equal(({} as Record<string, unknown>)['os'], undefined);
  });

  it('reads the same from what is kept when the encoding was named', async (t) => {
    const opened = open(t);
    const { folder, run, application, tenant } = opened;
    const german = systeminfoTexts.find(({ tag }) => tag === 'de');
    assert.ok(german !== undefined);
    writeFileSync(join(folder, 'a.txt'), encoded(german.text.replaceAll('de;', 'xx;'), 'cp850'));
    await run([folder], { encoding: 'cp850' });
    assert.deepEqual(await names(opened), [german.host]);
    const device = await application.getDevice(wholeTenant(tenant), german.host);
    assert.match(JSON.stringify(await application.getDeviceFacts(device)), /MÜLLER|19045/);
  });

  it('an encoding or format that is none is refused before anything is read', async (t) => {
    const { folder, run } = open(t);
    writeFileSync(join(folder, 'a.json'), native('A'));
    await assert.rejects(run([folder], { encoding: 'klingon' }), /klingon/);
    await assert.rejects(run([folder], { format: 'klingon' }), /--format: .*klingon/);
  });
});
