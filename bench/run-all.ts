/** `npm run bench`: every bench of this folder, one after the other, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { machine, note } from './harness.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
// A fleet has limits of its own in its table, and takes minutes.
const support = [
  'fleet.ts',
  'small-fleet.ts',
  'made-up-fleet.ts',
  'loaded-fleet.ts',
  'harness.ts',
  'measure-http.ts',
  'run-all.ts',
];
const benches = readdirSync(folder).filter((file) => file.endsWith('.ts') && !support.includes(file));

note(machine());
process.stdout.write('| what | ratio | limit | |\n|---|---|---|---|\n');
const missed = benches.filter(
  (file) => spawnSync(process.execPath, [folder + file], { stdio: 'inherit' }).status !== 0,
);
if (missed.length > 0) {
  note(`over the limit, or broken: ${missed.join(', ')}`);
  process.exitCode = 1;
}
