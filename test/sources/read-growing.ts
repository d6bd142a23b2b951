import { readXml } from '../../src/sources/msrc-cvrf/read-xml.ts';

// Reads documents made to fill the memory, one after the other, and prints what each gave. To be run with a small heap.

const root = '<cvrf:cvrfdoc xmlns:cvrf="http://www.icasi.org/CVRF/schema/cvrf/1.1"';
const size = 12_000_000;
const many = (text: string): string => text.repeat(size / text.length);

const documents: readonly [name: string, text: () => string][] = [
  ['brackets in CDATA', () => `${root}><![CDATA[${many(']')}`],
  ['line ends in a text', () => `${root}>${many('\r')}`],
  ['entities in a text', () => `${root}>${many('&amp;')}`],
  ['character references in a text', () => `${root}>${many('&#65;')}`],
  ['line ends in an attribute', () => `${root} a="${many('\n')}`],
  ['entities in an attribute', () => `${root} a="${many('&lt;')}`],
  ['hyphens in a comment', () => `${root}><!--${many('-x')}`],
  ['question marks in a processing instruction', () => `${root}><?a ${many('?')}`],
  ['line ends in the name of an entity', () => `${root}>&${many('\r')}`],
  ['quotes in a document type', () => `<!DOCTYPE a [${many('"a"')}`],
];

for (const [name, text] of documents) {
  let outcome = 'read';
  try {
    readXml(Buffer.from(text()));
  } catch (error) {
    outcome = error instanceof Error ? error.message : String(error);
  }
  process.stdout.write(`${name}: ${outcome}\n`);
}
