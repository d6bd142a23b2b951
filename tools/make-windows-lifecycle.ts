/**
 * Refreshes src/catalogue/tables/windows-lifecycle.json: rows of source `d` are made anew, those of others stay as they are.
 * Run: `node tools/make-windows-lifecycle.ts [FOLDER]`, where FOLDER holds `dataforgeeks/` (default: the shared data).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findNamedVersion, findWindowsVersion } from '../src/catalogue/windows-version.ts';

interface Period {
  readonly build: number;
  readonly channel: string;
  readonly end: string;
  readonly esuEnd?: string;
  readonly source: string;
}

const folder = resolve(process.argv[2] ?? '../shared/data');
const file = 'src/catalogue/tables/windows-lifecycle.json';

function readRows(name: string): readonly Readonly<Record<string, string>>[] {
  const text = readFileSync(join(folder, 'dataforgeeks', `${name}.json`), 'utf8');
  return (JSON.parse(text) as { data: readonly Readonly<Record<string, string>>[] }).data;
}

/** Dates stand there as `5/11/2022 ` or `2026-10-13`, most of them a day late: service ends on a Tuesday. */
function lastDay(text: string): string {
  const american = /^(\d+)\/(\d+)\/(\d{4})/.exec(text);
  const iso = american === null ? text.trim() : `${american[3]}-${pad(american[1])}-${pad(american[2])}`;
  const wednesday = new Date(`${iso}T00:00:00Z`).getUTCDay() === 3;
  return wednesday ? new Date(Date.parse(iso) - 86_400_000).toISOString().slice(0, 10) : iso;
}

function pad(text: string | undefined): string {
  return (text ?? '').padStart(2, '0');
}

function clients(): readonly Period[] {
  return readRows('win-lifecycle-client').flatMap(({ version = '', sku = '', end_date: end = '' }) => {
    const found = findNamedVersion(`${/^Windows \d+/.exec(sku)?.[0] ?? ''} ${version}`, 'client');
    if (found === undefined) return [];
    return [
      { build: found.build, channel: /Home/.test(sku) ? 'home-pro' : 'enterprise', end: lastDay(end), source: 'd' },
    ];
  });
}

function longTerm(): readonly Period[] {
  return readRows('win-lifecycle-ltsc').flatMap((row) => {
    const found = findWindowsVersion(Number(row['build']));
    const mainstream = row['mainstream_end_date'] ?? '';
    // Where the first date is over already, what counts is the extended one. The IoT edition goes on until then in any case.
    const end = /^\d/.test(mainstream) ? mainstream : (row['extended_end_date'] ?? '');
    return found === undefined ? [] : [{ build: found.build, channel: 'ltsc', end: lastDay(end), source: 'd' }];
  });
}

function servers(): readonly Period[] {
  return readRows('win-lifecycle-server').flatMap(({ version = '', tier = '', extended_end_date: end = '' }) => {
    const found = tier === version ? findNamedVersion(version, 'server') : undefined;
    return found === undefined ? [] : [{ build: found.build, channel: 'server', end: lastDay(end), source: 'd' }];
  });
}

const { rows: held, ...head } = JSON.parse(readFileSync(file, 'utf8')) as { readonly rows: readonly Period[] };
const key = ({ build, channel }: Period): string => `${build} ${channel}`;
const byHand = new Map(held.filter(({ source }) => source !== 'd').map((row) => [key(row), row]));
const made = new Map([...clients(), ...longTerm(), ...servers()].map((row) => [key(row), row]));
const order = ['home-pro', 'enterprise', 'ltsc', 'server'];
const rows = [...new Map([...made, ...byHand]).values()].sort(
  (a, b) => a.build - b.build || order.indexOf(a.channel) - order.indexOf(b.channel),
);
const lines = rows.map(
  (row) =>
    `    ${JSON.stringify(row)
      .replaceAll(/([,:])"/g, '$1 "')
      .replaceAll(/^\{|\}$/g, (brace) => (brace === '{' ? '{ ' : ' }'))
      .replace('"build":', '"build": ')}`,
);
writeFileSync(file, `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "rows": [\n${lines.join(',\n')}\n  ]\n}\n`);
const changed = rows.filter((row) => {
  const before = held.find((each) => key(each) === key(row));
  return before === undefined || before.end !== row.end;
});
process.stdout.write(`${rows.length} rows, changed: ${changed.map(key).join(', ') || 'none'}\n`);
