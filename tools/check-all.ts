import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// `npm run check`: everything but the tests, cheapest first. All steps run, so that one look shows all there is to mend.

interface Step {
  readonly title: string;
  /** A tool of node_modules/.bin, or the Node that runs this, and its options. */
  readonly command: readonly [tool: string, ...options: string[]];
}

const steps: readonly Step[] = [
  { title: 'format (prettier)', command: ['prettier', '--check', '--log-level', 'warn', '.'] },
  { title: 'types (tsc)', command: ['tsc', '-p', '.'] },
  { title: 'types of the page (tsc)', command: ['tsc', '-p', 'web'] },
  { title: 'lint and rooms (oxlint)', command: ['oxlint', '--type-aware', '--quiet'] },
  { title: 'settings documented', command: ['node', 'tools/make-configuration-docs.ts', '--check'] },
  { title: 'unused files, exports and packages (knip)', command: ['knip', '--no-progress'] },
];

const root = fileURLToPath(new URL('..', import.meta.url));

function passes(step: Step): boolean {
  const [tool, ...options] = step.command;
  const script = process.platform === 'win32' && tool !== 'node'; // npm's .cmd files start in a shell only
  const installed = join(root, 'node_modules', '.bin', script ? `${tool}.cmd` : tool);
  const executable = tool === 'node' ? process.execPath : script ? `"${installed}"` : installed;
  const result = spawnSync(executable, options, { cwd: root, stdio: 'inherit', shell: script });
  const passed = result.status === 0;
  process.stdout.write(`check: ${step.title}: ${passed ? 'ok' : 'FAILED'}\n`);
  return passed;
}

const failed = steps.filter((step) => !passes(step));
process.stdout.write(
  failed.length === 0
    ? `check: all ${steps.length} steps ok\n`
    : `check: failed: ${failed.map((step) => step.title).join(', ')}\n`,
);
process.exitCode = failed.length === 0 ? 0 : 1;
