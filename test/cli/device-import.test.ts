import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { strToU8, zipSync } from 'fflate';
import { kbgap } from '../support/server.ts';
import { encoded, systeminfoTexts } from '../support/systeminfo-texts.ts';
import { tarFile } from '../support/tar-file.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const os = { name: 'Windows 11 Pro', build: '10.0.26100.8000', architecture: 'x64', installationType: 'Client' };

function native(name: string): string {
  return JSON.stringify({ schema: 'kbgap-inventory/1', device: { name }, os });
}

const program = fileURLToPath(new URL('../../bin/kbgap.js', import.meta.url));

/** Runs with bytes on standard input. */
function withInput(
  args: readonly string[],
  input: Uint8Array,
): { readonly code: number | null; readonly stdout: string } {
  const { status, stdout } = spawnSync(process.execPath, [program, ...args], { input });
  return { code: status, stdout: stdout.toString() };
}

describe('kbgap device import', () => {
  it('--json: a line a stored report with the keys it always had, then the summary', async (t) => {
    const data = temporaryFolder(t);
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'a.json'), native('A'));
    writeFileSync(join(folder, 'b.zip'), zipSync({ 'deep/b.json': strToU8(native('B')), 'x.txt': strToU8('hello') }));
    const { code, stdout, stderr } = await kbgap(['device', 'import', folder, '--data', data, '--json']);
    assert.equal(code, 2);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    assert.deepEqual(
      lines.map((line) => line['source']),
      [join(folder, 'a.json'), join(folder, 'b.zip!/deep/b.json'), undefined],
    );
    assert.deepEqual(Object.keys(lines[0] ?? {}), ['source', 'deviceId', 'coverage', 'install', 'missing', 'changed']);
    const { summary } = lines[2] as { readonly summary: Record<string, unknown> };
    assert.deepEqual([summary['reports'], summary['stored'], summary['devices'], summary['refused']], [2, 2, 2, 1]);
    assert.match(stderr, /b\.zip!\/x\.txt: expected a report of a known format/);
  });

  it('in words: what was read, stored, merged and refused', async (t) => {
    const data = temporaryFolder(t);
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'a.json'), native('A'));
    writeFileSync(join(folder, 'sub', 'a.json.gz'), gzipSync(native('A')));
    writeFileSync(join(folder, 'bad.txt'), 'hello');
    const { code, stdout } = await kbgap(['device', 'import', folder, '--data', data]);
    assert.equal(code, 2);
    assert.match(
      stdout,
      /2 reports read: 2 stored for 1 devices \(1 new or changed, 1 unchanged, 1 merged .*\), 1 refused/,
    );
    assert.match(stdout, /refused 1: unknown-format\n {2}.*bad\.txt: expected/);
    const quiet = await kbgap(['device', 'import', join(folder, 'a.json'), '--data', data, '--quiet']);
    assert.deepEqual([quiet.code, quiet.stdout], [0, '']);
    assert.match(quiet.stderr, /^(?:warning: the catalogue [^\n]*\n)?$/, 'a stale catalogue is told all the same');
  });

  for (const [says, bytes] of [
    ['plain', Buffer.from(native('A'))],
    ['gzip', gzipSync(native('A'))],
    ['zip', zipSync({ 'a.json': strToU8(native('A')) })],
    ['tar in gzip', gzipSync(tarFile([{ name: 'a.json', content: native('A') }]))],
  ] as const) {
    it(`standard input, ${says}: imported and judged`, (t) => {
      const data = temporaryFolder(t);
      const imported = withInput(['device', 'import', '-', '--data', data, '--json'], bytes);
      assert.equal(imported.code, 0);
      assert.match(imported.stdout, /"stored":1/);
      const assessed = withInput(['assess', '-', '--jsonl', '--as-of', '2026-06-30'], bytes);
      assert.equal(assessed.code, 1);
      assert.equal((JSON.parse(assessed.stdout) as { readonly name: string }).name, 'A');
    });
  }

  it('--name and --name-by-file name the devices of lists that name none, and no others', async (t) => {
    const folder = temporaryFolder(t);
    const lists = join(folder, 'lists');
    mkdirSync(join(lists, 'PC2'), { recursive: true });
    const list = 'HotFixID\r\r\nKB5034122\r\r\n';
    writeFileSync(join(lists, 'PC1_qfe.txt'), list);
    writeFileSync(join(lists, 'PC2', 'qfe.txt'), list);
    writeFileSync(join(lists, 'other.json'), native('A'));
    const runs: readonly [args: readonly string[], code: number, names: readonly string[]][] = [
      [[], 2, ['A']],
      [['--name-by-file'], 0, ['A', 'PC1', 'PC2']],
      [['--name', ' PC9 '], 0, ['A', 'PC9']],
      [['--name', 'PC9', '--name-by-file'], 2, []],
      [['--name', ' '], 2, []],
    ];
    for (const [number, [args, expected, names]] of runs.entries()) {
      const data = join(folder, `data${number}`);
      const { code, stdout } = await kbgap(['device', 'import', lists, '--data', data, ...args]);
      assert.equal(code, expected, args.join(' '));
      if (args.length === 0) assert.match(stdout, /--name NAME or --name-by-file/);
      const shown = (await kbgap(['device', 'list', '--data', data, '--json'])).stdout;
      const found = Array.from(shown.matchAll(/"name":\s*"([^"]+)"/g), ([, name]) => name);
      assert.deepEqual(
        found.sort((a = '', b = '') => (a < b ? -1 : a > b ? 1 : 0)),
        names,
        args.join(' '),
      );
    }
  });

  it('--encoding names what content cannot tell; one that is none is refused, naming the option', async (t) => {
    const folder = temporaryFolder(t);
    const data = temporaryFolder(t);
    const polish = systeminfoTexts.find(({ tag }) => tag === 'pl');
    assert.ok(polish !== undefined);
    // Windows' page of Poland in a report that says it is German.
    const text = polish.text.replaceAll('pl;', 'de;');
    const file = join(folder, 'a.txt');
    writeFileSync(file, encoded(text, 'cp852'));
    for (const encoding of ['cp852', '852', 'IBM852']) {
      const { stdout } = await kbgap(['assess', file, '--encoding', encoding, '--jsonl']);
      assert.equal((JSON.parse(stdout) as { readonly name: string }).name, polish.host);
    }
    await kbgap(['device', 'import', file, '--encoding', 'cp852', '--data', data]);
    assert.match((await kbgap(['device', 'list', '--data', data, '--json'])).stdout, new RegExp(polish.host));
    for (const args of [
      ['assess', file],
      ['device', 'import', file, '--data', data],
      ['explain', file, 'KB5034122'],
    ]) {
      const { code, stdout, stderr } = await kbgap([...args, '--encoding', 'klingon']);
      assert.deepEqual([code, stdout], [2, '']);
      assert.match(stderr, /--encoding: expected an encoding such as .*cp850.*got "klingon"/);
    }
  });

  it('assess reads folders and archives, and names members by their archive', async (t) => {
    const folder = temporaryFolder(t);
    writeFileSync(join(folder, 'x.zip'), zipSync({ 'a.json': strToU8(native('A')), 'b.json': strToU8(native('B')) }));
    const { stdout } = await kbgap(['assess', folder, '--jsonl']);
    const sources = stdout
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly source: string }).source);
    assert.deepEqual(sources, [join(folder, 'x.zip!/a.json'), join(folder, 'x.zip!/b.json')]);
  });

  it('holds little in memory, whatever it is given', { skip: process.platform !== 'linux' }, (t) => {
    const folder = temporaryFolder(t);
    const filler = Buffer.alloc(20_000_000, 'text that nobody knows\n');
    const members = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`${n}.txt`, filler]));
    writeFileSync(join(folder, 'a.zip'), zipSync(members, { level: 1 }));
    writeFileSync(join(folder, 'b.json'), native('B'));
    const peakFile = join(folder, '.peak');
    spawnSync(
      process.execPath,
      [
        '--require',
        fileURLToPath(new URL('../../bench/report-peak.cjs', import.meta.url)),
        program,
        'device',
        'import',
        folder,
        '--data',
        join(folder, '.data'),
        '--quiet',
      ],
      { env: { ...process.env, KBGAP_BENCH_PEAK: peakFile } },
    );
    const peakBytes = Number(readFileSync(peakFile, 'utf8'));
    assert.ok(peakBytes > 0 && peakBytes < 500e6, `${peakBytes} bytes at the peak`);
  });
});
