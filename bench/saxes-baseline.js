// The baseline of bench/import.ts: one thread of saxes with namespaces and without handlers, over all documents of a
// folder of .xml.gz. Prints the milliseconds spent on decoding and parsing; unpacking is not counted.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { SaxesParser } from 'saxes';

const pieceBytes = 64 * 1024;
const folder = process.argv[2];
let milliseconds = 0;
let bytes = 0;

for (const name of readdirSync(folder).filter((each) => each.endsWith('.xml.gz'))) {
  const document = gunzipSync(readFileSync(join(folder, name)));
  bytes += document.length;
  const start = performance.now();
  parse(document);
  milliseconds += performance.now() - start;
}
process.stdout.write(JSON.stringify({ milliseconds, bytes }));

function parse(document) {
  const parser = new SaxesParser({ xmlns: true });
  const decoder = new TextDecoder();
  for (let from = 0; from < document.length; from += pieceBytes) {
    parser.write(decoder.decode(document.subarray(from, from + pieceBytes), { stream: true }));
  }
  parser.close();
}
