import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sharedPath } from '../test/support/shared.ts';
import { compare, megabytes, report } from './harness.ts';

// `kbgap catalog import`, from .xml.gz to the swapped-in catalogue, against one thread of saxes that only parses the same
// documents. Run: `npm run bench`, or `node bench/import.ts [FOLDER]`.

const documents = process.argv[2] ?? sharedPath('cvrf');
const lowestSpeed = 0.8;
const highestPeak = 600e6;
const folder = mkdtempSync(join(tmpdir(), 'kbgap-bench-import-'));
const data = join(folder, 'data');

try {
  const result = compare(
    {
      name: 'kbgap catalog import',
      args: [resolve('bin/kbgap.js'), 'catalog', 'import', documents, '--data', data, '--quiet'],
      prepare: () => rmSync(data, { recursive: true, force: true }),
    },
    {
      name: 'saxes alone',
      args: [fileURLToPath(new URL('./saxes-baseline.js', import.meta.url)), documents],
      timeOf: (stdout) => (JSON.parse(stdout) as { readonly milliseconds: number }).milliseconds,
    },
    { pairs: 3, memoryRuns: 1 },
  );
  const speed = 1 / result.timeRatio;
  report(
    'import: speed, against saxes alone',
    `${speed.toFixed(2)} times (${(1 / result.highestTimeRatio).toFixed(2)}–${(1 / result.lowestTimeRatio).toFixed(2)}), ` +
      `${(result.subjectTime / 1000).toFixed(1)} s against ${(result.baselineTime / 1000).toFixed(1)} s`,
    `at least ${lowestSpeed} times`,
    speed >= lowestSpeed,
  );
  report(
    'import: peak memory',
    megabytes(result.subjectPeak),
    `at most ${megabytes(highestPeak)}`,
    result.subjectPeak <= highestPeak,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
