import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { readDocuments } from '../../src/sources/read-documents.ts';
import { advisoryXml } from '../support/advisory-xml.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

it('a file whose reading fills the memory of a thread is refused by name, with the limit, and the others go on', async (t) => {
  const folder = temporaryFolder(t);
  const hungry = join(folder, 'hungry.json');
  const values = Array.from({ length: 600_000 }, (_, index) => `{"k${index}":${index}}`).join(',');
  writeFileSync(hungry, `{"DocumentTracking":{},"ProductTree":{},"Vulnerability":[${values}]}`);
  const march = join(folder, 'march.xml');
  writeFileSync(march, advisoryXml({ id: '2020-Mar', revisedAt: '2020-03-10T07:00:00Z', kbs: ['4540673'] }));
  const files = [hungry, march].map((path) => ({ path, sizeBytes: path === hungry ? 2 : 1 }));
  const { documents, refused } = await readDocuments(files, { documentFolder: null, threads: 1, heapMb: 64 });
  assert.deepEqual(
    [documents.map(({ document }) => document.id), refused.map(({ source }) => source)],
    [['2020-Mar'], [hungry]],
  );
  assert.match(
    refused[0]?.reason ?? '',
    /expected a document that is read in 64 MB of memory, got one that needs more/,
  );
});
