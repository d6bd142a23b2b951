import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// `npm run stage`: what is published, in .cache/package, for `npm pack ./.cache/package`. The manifest loses the node-*
// packages: as dependencies of a dependency they would put their `node` before their user's in all of that user's scripts.

const root = new URL('../', import.meta.url);
const stage = new URL('../.cache/package/', import.meta.url);

interface Manifest {
  readonly [field: string]: unknown;
  readonly files: readonly string[];
}

const manifest = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Manifest;
const kept = ['name', 'version', 'description', 'license', 'type', 'bin', 'files', 'dependencies'];
const published = {
  ...Object.fromEntries(kept.map((field) => [field, manifest[field]])),
  engines: { node: '>=24.12' }, // nothing stands beside it that bin/kbgap.js could start instead
};

rmSync(stage, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });
for (const file of manifest.files) {
  cpSync(fileURLToPath(new URL(file, root)), fileURLToPath(new URL(file, stage)), { recursive: true });
}
writeFileSync(new URL('package.json', stage), `${JSON.stringify(published, null, 2)}\n`);
