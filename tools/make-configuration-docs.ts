import { readFileSync, writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { settings } from '../src/cli/config.ts';

// Writes docs/configuration.md from the settings the program knows; with --check only tells whether it is current.
// Run: `node tools/make-configuration-docs.ts`.

const file = new URL('../docs/configuration.md', import.meta.url);

const text = `# Settings

Written by \`node tools/make-configuration-docs.ts\` from \`src/cli/config.ts\`; do not edit. An option of a command wins over the
environment. All mistakes in the environment are told at once, and the program ends with 2.

| variable | without it | means |
| --- | --- | --- |
${settings.map(({ variable, fallback, meaning }) => `| ${code(variable)} | ${cell(fallback)} | ${cell(meaning)} |`).join('\n')}
`;

const wanted = await format(text, { ...(await resolveConfig(file)), parser: 'markdown' });

if (!process.argv.includes('--check')) writeFileSync(file, wanted);
else if (readFileSync(file, 'utf8') !== wanted) {
  process.stderr.write(
    'docs/configuration.md is not what src/cli/config.ts says: run node tools/make-configuration-docs.ts\n',
  );
  process.exitCode = 1;
}

function code(word: string): string {
  return `\`${word}\``;
}

function cell(words: string): string {
  return words.replaceAll('|', '\\|');
}
