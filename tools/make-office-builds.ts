/**
 * Writes src/catalogue/tables/office-builds.json: the dated builds of each version line of Microsoft 365 Apps, whatever
 * channel got them. Run: `node tools/make-office-builds.ts [FOLDER]`, where FOLDER holds
 * `dataforgeeks/apps-buildnumbers.json` (default: the shared data).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const folder = resolve(process.argv[2] ?? '../shared/data');
const text = readFileSync(join(folder, 'dataforgeeks', 'apps-buildnumbers.json'), 'utf8');
const { data } = JSON.parse(text) as { data: readonly Readonly<Record<string, string>>[] };
const lines = new Map<number, Map<number, string>>();
for (const row of data) {
  const match = /^(\d{4,5})\.(\d{4,5})$/.exec(row['build'] ?? '');
  const date = /^\d{4}-\d\d-\d\d$/.exec(row['release_date'] ?? '')?.[0];
  if (match === null || date === undefined) continue;
  const [line, build] = [Number(match[1]), Number(match[2])];
  const builds = lines.get(line) ?? new Map<number, string>();
  lines.set(line, builds);
  const before = builds.get(build);
  if (before === undefined || date < before) builds.set(build, date); // a channel later than another changes nothing
}
const rows = [...lines]
  .sort(([a], [b]) => a - b)
  .map(([line, builds]) => {
    const dated = [...builds].sort(([a], [b]) => a - b).map(([build, date]) => `[${build}, "${date}"]`);
    return `    "${line}": [${dated.join(', ')}]`;
  });
const head = {
  about:
    'Builds of the version lines of Microsoft 365 Apps (16026 is version 2301) and the day each was first released.',
  source: 'altrhombus/DataForGeeks 6846a6a (MIT), collected from Microsoft 365 Apps update history',
};
const json = `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "lines": {\n${rows.join(',\n')}\n  }\n}\n`;
writeFileSync('src/catalogue/tables/office-builds.json', json);
process.stdout.write(`${rows.length} lines\n`);
