import { importBundle } from '../../src/operations/import-bundle.ts';

// Takes two bundles in by turns until it is killed.
const [, , data = '', ...files] = process.argv;

process.send?.('ready');
for (let turn = 0; ; turn += 1) importBundle(data, files[turn % files.length] ?? '', { allowOlder: true });
