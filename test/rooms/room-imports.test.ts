import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import assert from 'node:assert/strict';

// The table of docs/architecture.md against .oxlintrc.json: every import between two rooms is planted in a temporary
// copy of the folders, in every form an import can have, and the linter must refuse exactly those the table forbids.

const root = fileURLToPath(new URL('../..', import.meta.url));
const table = readRoomTable(readFileSync(join(root, 'docs/architecture.md'), 'utf8'));
const rooms = [...table.keys()];

const forms: readonly { readonly says: string; readonly write: (path: string) => string }[] = [
  { says: 'an import', write: (path) => `import { word } from '${path}';\nexport const copy = word;\n` },
  { says: 'an import of types', write: (path) => `import type { Word } from '${path}';\nexport type Copy = Word;\n` },
  { says: 're-export', write: (path) => `export { word } from '${path}';\n` },
  { says: 'a dynamic import', write: (path) => `export const load = async () => await import('${path}');\n` },
];

const others: readonly {
  readonly says: string;
  readonly file: string;
  readonly text: string;
  readonly rule?: string;
}[] = [
  {
    says: 'process.env in a room',
    file: 'store/env.ts',
    text: `export const x = process.env['X'];\n`,
    rule: 'no-process-env',
  },
  {
    says: 'process.env in cli',
    file: 'cli/env.ts',
    text: `export const x = process.env['X'];\n`,
    rule: 'no-process-env',
  },
  { says: 'process.env in cli/config.ts', file: 'cli/config.ts', text: `export const x = process.env['X'];\n` },
  {
    says: 'node:process, by which both could be had',
    file: 'store/process.ts',
    text: `export { env } from 'node:process';\n`,
    rule: 'no-restricted-imports',
  },
  {
    says: 'process.exit in a room',
    file: 'api/exit.ts',
    text: `export function end(): never {\n  process.exit(1);\n}\n`,
    rule: 'no-restricted-properties',
  },
  { says: 'process.exit in cli', file: 'cli/exit.ts', text: `export function end(): never {\n  process.exit(1);\n}\n` },
  {
    says: 'files in the pure engine',
    file: 'assessment/read.ts',
    text: `export { readFileSync } from 'node:fs';\n`,
    rule: 'no-restricted-imports',
  },
  {
    says: 'a promise nobody waits for',
    file: 'api/floating.ts',
    text: `export function start(work: () => Promise<void>): void {\n  work();\n}\n`,
    rule: 'no-floating-promises',
  },
  {
    says: 'a room in the page',
    file: '../web/src/rooms.ts',
    text: `export { word } from '../../src/terms/word.ts';\n`,
    rule: 'no-restricted-imports',
  },
  {
    says: 'the page in a room',
    file: 'api/page.ts',
    text: `export { word } from '../../web/src/own.ts';\n`,
    rule: 'no-restricted-imports',
  },
  { says: 'the page in the page', file: '../web/src/own.ts', text: `export const word = '';\n` },
  {
    says: 'node:test, whose promises may float',
    file: 'api/suite.test.ts',
    text: `import { it } from 'node:test';\n\nit('holds', () => {});\n`,
  },
  { says: 'any', file: 'api/any.ts', text: `export type Whatever = any;\n`, rule: 'no-explicit-any' },
  {
    says: 'a non-null assertion',
    file: 'api/assert.ts',
    text: `export const first = (list: readonly string[]): string => list[0]!;\n`,
    rule: 'no-non-null-assertion',
  },
  {
    says: 'a switch that forgets a case',
    file: 'api/switch.ts',
    text: `export function f(x: 'a' | 'b'): number {\n  switch (x) {\n    case 'a':\n      return 1;\n  }\n  return 2;\n}\n`,
    rule: 'switch-exhaustiveness-check',
  },
];

/** Rules that the linter named, by file relative to `src/`. */
let refused: ReadonlyMap<string, readonly string[]>;
let folder: string;
let status: number | null;

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'kbgap-rooms-'));
  for (const file of ['.oxlintrc.json', 'tsconfig.json', 'package.json']) cpSync(join(root, file), join(folder, file));
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  for (const room of [...rooms, 'web'])
    plant(`${room}/word.ts`, `export type Word = string;\nexport const word = '';\n`);
  for (const from of rooms) {
    for (const to of [...rooms, 'web']) {
      if (from !== to)
        for (const [n, form] of forms.entries()) plant(fileOf(from, to, n), form.write(`../../${to}/word.ts`));
    }
  }
  for (const { file, text } of others) plant(file, text);
  ({ status, refused } = lint());
});

after(() => rmSync(folder, { recursive: true, force: true }));

describe('imports between rooms', () => {
  it('the table names every room there is', () => {
    const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
    assert.deepEqual(folders.map((entry) => entry.name).sort(), [...rooms].sort());
  });

  it('a forbidden import makes the linter fail', () => assert.equal(status, 1));

  for (const [from, allowed] of table) {
    for (const to of [...rooms, 'web']) {
      if (from === to) continue;
      const may = allowed.has(to);
      it(`${from} ${may ? 'may' : 'must not'} import ${to}`, () => {
        for (const [n, form] of forms.entries()) {
          const rules = refused.get(fileOf(from, to, n)) ?? [];
          assert.deepEqual(rules, may ? [] : ['no-restricted-imports'], `${form.says} of ${to} in ${from}`);
        }
      });
    }
  }
});

describe('what the linter refuses', () => {
  for (const { says, file, rule } of others) {
    it(`${rule === undefined ? 'allows' : 'refuses'} ${says}`, () => {
      assert.deepEqual(refused.get(file) ?? [], rule === undefined ? [] : [rule]);
    });
  }
});

function fileOf(from: string, to: string, form: number): string {
  return `${from}/inner/${to}-${form}.ts`;
}

function plant(file: string, text: string): void {
  const path = join(folder, 'src', file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function lint(): { readonly status: number | null; readonly refused: ReadonlyMap<string, readonly string[]> } {
  const oxlint = join(root, 'node_modules/oxlint/bin/oxlint');
  const run = spawnSync(process.execPath, [oxlint, '--type-aware', '--quiet', '--format', 'json', 'src', 'web'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const found = new Map<string, string[]>();
  for (const { filename, code } of readFindings(run.stdout, run.stderr)) {
    const file = filename
      .replaceAll('\\', '/')
      .replace(/^(?:.*\/)?(?=web\/src\/)/, '../')
      .replace(/^(?!\.\.).*?src\//, '');
    const rule = /\(([^)]+)\)$/.exec(code)?.[1] ?? code;
    found.set(file, [...(found.get(file) ?? []), rule]);
  }
  return { status: run.status, refused: found };
}

function readFindings(output: string, errors: string): readonly { readonly filename: string; readonly code: string }[] {
  try {
    return (JSON.parse(output) as { diagnostics: { filename: string; code: string }[] }).diagnostics;
  } catch (error) {
    throw new Error(`expected findings as JSON from oxlint, got: ${output.slice(0, 500)}${errors}`, { cause: error });
  }
}

/** Room → rooms it may import, from the rows `| room | what it holds | may import |`. */
function readRoomTable(text: string): ReadonlyMap<string, ReadonlySet<string>> {
  const rows = text.matchAll(/^\| (\w+) +\| [^|]+\| ([\w, ]+?) *\|$/gm);
  return new Map(
    [...rows]
      .filter(([, room]) => room !== 'room')
      .map(([, room = '', list = '']) => [room, new Set(list === 'nothing' ? [] : list.split(', '))]),
  );
}
