import { spawnSync } from 'node:child_process';

// Tests of failure in their full length, some hour: processes and servers killed fifty times under load, and a million random operations
// on each store. `npm test` runs the same in a short form.

const tests = [
  'test/operations/durability.test.ts',
  'test/store/postgres-nodes.test.ts',
  'test/store/postgres-promotion.test.ts',
  'test/operations/random-operations.test.ts',
];
const { status } = spawnSync(process.execPath, ['--test', '--test-concurrency=1', ...tests, ...process.argv.slice(2)], {
  stdio: 'inherit',
  env: { KBGAP_SOAK_ROUNDS: '50', KBGAP_SOAK_OPERATIONS: '1000000', ...process.env },
});
process.exitCode = status ?? 1;
