import { spawnSync } from 'node:child_process';

// The tests of failure in full, some twenty minutes, and a random program of a million operations on each store, some half an hour each on a
// quiet machine. `npm run test:soak [-- ROUNDS]`

const [rounds = '50'] = process.argv.slice(2);
const { status } = spawnSync(
  process.execPath,
  ['--test', '--test-timeout=7200000', 'test/failures/killed-under-load.test.ts', 'test/soak/*.soak.ts'],
  { stdio: 'inherit', env: { ...process.env, KBGAP_TEST_ROUNDS: rounds } },
);
process.exitCode = status ?? 1;
