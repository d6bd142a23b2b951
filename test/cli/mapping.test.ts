import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { kbgap } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { workbookBytes } from '../support/workbook.ts';

/** 10.0.26100.8655 is KB5094126, the newest of June 2026. */
const table = 'Computer;System;Stand\nPC-1;Windows 11 Pro;10.0.26100.8655\nPC-2;Windows 11 Pro;10.0.26100.8000\n';
const asOf = ['--as-of', '2026-06-30'];

describe('a table of another tool', () => {
  it('is refused without a mapping; the mapping that the message shows reads it: exit 2, then 1', async (t) => {
    const folder = temporaryFolder(t);
    const file = join(folder, 'export.csv');
    writeFileSync(file, table);
    const refused = await kbgap(['assess', file, ...asOf]);
    assert.equal(refused.code, 2);
    const shown = /\{ .*\}/.exec(refused.stderr)?.[0] ?? '';
    const map = join(folder, 'map.json');
    writeFileSync(map, shown);
    const { code, stdout } = await kbgap(['assess', file, '--map', map, '--jsonl', ...asOf]);
    assert.equal(code, 1);
    const devices = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { name: string; install: string[] });
    assert.deepEqual(
      devices.map(({ name, install }) => [name, install]),
      [
        ['PC-1', []],
        ['PC-2', ['5094126']],
      ],
    );
    const guessed = await kbgap(['assess', file, '--map', 'guess', '--jsonl', ...asOf]);
    assert.equal(guessed.stdout, stdout);
    assert.match(guessed.stderr, /columns guessed: \{ "name": "Computer"/);
  });

  it('is stored by device import, a workbook too; the devices stay what they were read as', async (t) => {
    const folder = temporaryFolder(t);
    const data = ['--data', join(folder, 'data')];
    const map = join(folder, 'map.json');
    const file = join(folder, 'fleet.xlsx');
    writeFileSync(map, '{ "name": "Computer", "os": "System", "build": "Stand" }');
    writeFileSync(
      file,
      workbookBytes([
        {
          name: 'Fleet',
          rows: table
            .trim()
            .split('\n')
            .map((row) => row.split(';')),
        },
      ]),
    );
    assert.equal((await kbgap(['device', 'import', file, '--map', map, ...data])).code, 0);
    const { stdout } = await kbgap(['device', 'list', '--json', ...data]);
    const devices = JSON.parse(stdout) as readonly { name: string; osBuild: string }[];
    assert.deepEqual(
      devices.map(({ name, osBuild }) => `${name} ${osBuild}`).sort((a, b) => (a < b ? -1 : 1)),
      ['PC-1 10.0.26100.8655', 'PC-2 10.0.26100.8000'],
    );
  });

  const wrong: readonly [says: string, args: readonly string[], content: string, message: RegExp][] = [
    ['a mapping that is no JSON', ['--map', 'MAP'], '{', /--map: .*expected a mapping as JSON/],
    [
      'a mapping with an unknown key',
      ['--map', 'MAP'],
      '{"nam":"Computer"}',
      /--map: .*expected keys out of name, .*"nam"/,
    ],
    ['a mapping of other columns', ['--map', 'MAP'], '{"name":"Rechner"}', /no column "Rechner" of the mapping/],
    ['a format that is none', ['--format', 'excel'], '', /a format out of .*mapping.*, got "excel"/],
  ];
  for (const [says, args, content, message] of wrong)
    it(`${says}: exit 2, saying so`, async (t) => {
      const map = join(temporaryFolder(t), 'map.json');
      writeFileSync(map, content);
      const { code, stderr } = await kbgap(['assess', '-', ...args.map((arg) => (arg === 'MAP' ? map : arg))], table);
      assert.equal(code, 2);
      assert.match(stderr, message);
    });
});
