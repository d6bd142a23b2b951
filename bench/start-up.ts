import { resolve } from 'node:path';
import { sharedPath } from '../test/support/shared.ts';
import { compare, megabytes, report } from './harness.ts';

// `kbgap assess` of one host against an empty program. Run: `npm run bench`, or `node bench/start-up.ts [HOST]`.

const host = process.argv[2] ?? sharedPath('hosts', '10_1803_x64_pro_it_systeminfo.txt');
const highestTimeRatio = 4;
const highestPeakRatio = 3;

const result = compare(
  { name: 'kbgap assess', args: [resolve('bin/kbgap.js'), 'assess', host], accepted: [0, 1, 3] },
  { name: 'node -e 0', args: ['-e', '0'] },
  { pairs: 25, memoryRuns: 5 },
);
const peakRatio = result.subjectPeak / result.baselinePeak;

report(
  'assess: wall time, against node -e 0',
  `${result.timeRatio.toFixed(2)} times (${result.lowestTimeRatio.toFixed(2)}–${result.highestTimeRatio.toFixed(2)}), ` +
    `${result.subjectTime.toFixed(0)} ms against ${result.baselineTime.toFixed(0)} ms`,
  `at most ${highestTimeRatio} times`,
  result.timeRatio <= highestTimeRatio,
);
report(
  'assess: peak memory, against node -e 0',
  `${peakRatio.toFixed(2)} times, ${megabytes(result.subjectPeak)} against ${megabytes(result.baselinePeak)}`,
  `at most ${highestPeakRatio} times`,
  peakRatio <= highestPeakRatio,
);
