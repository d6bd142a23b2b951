import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { sharedPath } from '../test/support/shared.ts';
import { compare, report } from './harness.ts';

// One revised month into a full catalogue, against the full build: both are `kbgap catalog import`, from .xml.gz to the
// swapped-in catalogue, the whole process. Run: `npm run bench`, or `node bench/revised-month.ts [MONTH]`.

const month = process.argv[2] ?? '2024-Jan';
const highestShare = 0.1;
const folder = mkdtempSync(join(tmpdir(), 'kbgap-bench-revised-'));
const [full, held, data] = [join(folder, 'full'), join(folder, 'held'), join(folder, 'data')];
const program = resolve('bin/kbgap.js');
const importOf = (path: string, into: string): string[] => [
  program,
  'catalog',
  'import',
  path,
  '--data',
  into,
  '--quiet',
];

try {
  const revised = join(folder, `${month}.xml.gz`);
  const published = gunzipSync(readFileSync(sharedPath('cvrf', `${month}.xml.gz`))).toString();
  const later = published.replace(/(<(?:\w+:)?CurrentReleaseDate>)[^<]*/, '$12026-07-07T07:00:00');
  if (later === published) throw new Error(`expected a CurrentReleaseDate in ${month}, found none`);
  writeFileSync(revised, gzipSync(later, { level: 9 }));
  spawnSync(process.execPath, importOf(sharedPath('cvrf'), held), { stdio: 'inherit' });
  const result = compare(
    {
      name: 'one revised month',
      args: importOf(revised, data),
      prepare: () => {
        rmSync(data, { recursive: true, force: true });
        cpSync(held, data, { recursive: true });
      },
    },
    {
      name: 'full build',
      args: importOf(sharedPath('cvrf'), full),
      prepare: () => rmSync(full, { recursive: true, force: true }),
    },
    { pairs: 5, memoryRuns: 0 },
  );
  report(
    `one revised month (${month}), against the full build`,
    `${result.timeRatio.toFixed(3)} (${result.lowestTimeRatio.toFixed(3)}–${result.highestTimeRatio.toFixed(3)}), ` +
      `${(result.subjectTime / 1000).toFixed(2)} s against ${(result.baselineTime / 1000).toFixed(2)} s`,
    `at most ${highestShare}`,
    result.timeRatio <= highestShare,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
