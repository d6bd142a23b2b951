/**
 * Writes the starter catalogue from a folder of CVRF documents: `node tools/make-starter-catalogue.ts [FOLDER]` (default:
 * the shared data). It uses the same reading and compiling as `kbgap catalog import`.
 */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { compileCatalogue } from '../src/catalogue/compile-catalogue.ts';
import { packCatalogue } from '../src/catalogue/catalogue-format.ts';
import { readDocument } from '../src/sources/msrc-cvrf/read-document.ts';

const folder = resolve(process.argv[2] ?? '../shared/data/cvrf');
const names = readdirSync(folder).filter((name) => name.endsWith('.xml.gz'));
const documents = names.map((name) => readDocument(name, gunzipSync(readFileSync(join(folder, name)))).document);
const { id, bytes } = packCatalogue(compileCatalogue(documents), 19);
mkdirSync('src/catalogue/starter', { recursive: true });
writeFileSync('src/catalogue/starter/starter.kbcat', bytes);
writeFileSync(
  'src/catalogue/starter/starter.json',
  `${JSON.stringify({ id, documents: documents.length, source: 'MSRC CVRF documents 1999-Sep to 2026-Aug, state of July 2026' }, null, 2)}\n`,
);
process.stdout.write(`${id} ${bytes.length} bytes, ${documents.length} documents\n`);
