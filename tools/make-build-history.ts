/**
 * Writes src/catalogue/tables/build-history.json: which KB brought which build of Windows 10 and later, previews and
 * out-of-band releases included; and rollup-history.json: the Monthly Rollups of older Windows, previews between them,
 * in order. Run: `node tools/make-build-history.ts [FOLDER]`, where FOLDER holds
 * `build-history-pre-2021-05.tsv` and `dataforgeeks/win-buildnumbers.json` (default: the shared data).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface HistoryRow {
  readonly build: number;
  readonly ubr: number;
  readonly kb: number;
  side: 'both' | 'client' | 'server';
  date: string;
  kind: string;
  sources: string[];
}

const folder = resolve(process.argv[2] ?? '../shared/data');
const rows = new Map<string, HistoryRow>();

function add(row: HistoryRow): void {
  const key = `${row.build}.${row.ubr}.${row.kb}`;
  const before = rows.get(key);
  if (before === undefined) {
    rows.set(key, row);
    return;
  }
  if (before.side !== row.side) before.side = 'both';
  if (row.date !== '' && !row.date.includes('..')) before.date = row.date;
  if (row.kind !== '' && row.kind !== 'other-day') before.kind = row.kind;
  before.sources = [...new Set([...before.sources, ...row.sources])].sort();
}

function addOldTable(): void {
  const lines = readFileSync(join(folder, 'build-history-pre-2021-05.tsv'), 'utf8').trim().split('\n').slice(1);
  for (const line of lines) {
    const [branch = '', build = '', ubr = '', kb = '', date = '', source = '', kind = ''] = line.split('\t');
    if (branch.startsWith('6.') || ubr === '') continue;
    const sources = source.includes('vuls') ? (source.includes('dataforgeeks') ? ['d', 'v'] : ['v']) : ['d'];
    // One table of this period serves client and server alike: their builds were the same then.
    add({
      build: Number(build),
      ubr: Number(ubr),
      kb: Number(kb),
      side: 'both',
      date,
      kind: oldKinds[kind] ?? kind,
      sources,
    });
  }
}

const oldKinds: Readonly<Record<string, string>> = { 'patch-tuesday': 'standard', oob: 'out-of-band' };

function addNewTable(): void {
  const text = readFileSync(join(folder, 'dataforgeeks', 'win-buildnumbers.json'), 'utf8');
  const { data } = JSON.parse(text) as { data: readonly Record<string, string>[] };
  for (const row of data) {
    const match = /^10\.0\.(\d+)\.(\d+)$/.exec(row['full_version'] ?? '');
    const kb = /^KB(\d{6,7})$/.exec(row['kb_article'] ?? '')?.[1];
    if (match === null || kb === undefined) continue;
    const kind = (row['release_type'] ?? '').toLowerCase().replace('hotpatch-oob', 'hotpatch-out-of-band');
    const side = row['os_type'] === 'server' ? 'server' : 'client';
    add({
      build: Number(match[1]),
      ubr: Number(match[2]),
      kb: Number(kb),
      side,
      date: row['release_date'] ?? '',
      kind,
      sources: ['d'],
    });
  }
}

function writeRollups(): void {
  const lines = readFileSync(join(folder, 'build-history-pre-2021-05.tsv'), 'utf8').trim().split('\n').slice(1);
  const byBuild = new Map<string, string[]>();
  for (const line of lines) {
    const [branch = '', build = '', , kb = '', , , kind = ''] = line.split('\t');
    if (!branch.startsWith('6.') || kind === 'security-only') continue;
    byBuild.set(build, [...(byBuild.get(build) ?? []), kb]);
  }
  const about =
    'Rollups of Windows before 10 up to 2021, oldest first; what no advisory names is a preview or came before October 2016.';
  const source =
    'future-architect/vuls 386ec577, table of Windows rollups (facts only), order checked against the CVRF documents';
  const rows = [...byBuild].map(([build, kbs]) => `    "${build}": [${kbs.join(', ')}]`);
  const json = `{\n  "about": ${JSON.stringify(about)},\n  "source": ${JSON.stringify(source)},\n  "rollups": {\n${rows.join(',\n')}\n  }\n}\n`;
  writeFileSync('src/catalogue/tables/rollup-history.json', json);
}

writeRollups();
addOldTable();
addNewTable();
const sorted = [...rows.values()].sort((a, b) => a.build - b.build || a.ubr - b.ubr || a.kb - b.kb);
const lines = sorted.map(({ build, ubr, kb, side, date, kind, sources }) =>
  JSON.stringify([build, ubr, kb, side, date, kind, sources.join('')]),
);
const head = {
  about: 'Which KB brought which build of Windows 10, 11 and Server 2016 and later.',
  columns: ['build', 'ubr', 'kb', 'side', 'date (ISO; a..b: between)', 'kind', 'sources'],
  sources: {
    d: 'altrhombus/DataForGeeks 6846a6a (MIT), collected from Microsoft update-history pages',
    v: 'future-architect/vuls 386ec577, table of Windows builds (facts only)',
  },
};
const text = `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "rows": [\n${lines.map((line) => `    ${line}`).join(',\n')}\n  ]\n}\n`;
writeFileSync('src/catalogue/tables/build-history.json', text);
process.stdout.write(`${lines.length} rows\n`);
