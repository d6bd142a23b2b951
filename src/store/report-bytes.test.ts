import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { zstdCompressSync } from 'node:zlib';
import { packReport, unpackReport } from './report-bytes.ts';
import { reportDictionary } from './report-dictionary.ts';

const reports: Readonly<Record<string, Buffer>> = {
  nothing: Buffer.alloc(0),
  'a byte': Buffer.from([1]),
  'a native inventory': Buffer.from('{"schema":"kbgap-inventory/1","device":{"name":"PC"},"updates":[]}'),
  'the dictionary itself': Buffer.from(reportDictionary),
  'a text in UTF-16': Buffer.from('Hotfix(es): 3 Hotfix(es) Installed.', 'utf16le'),
  'what cannot be packed': createHash('sha512').update('1').digest(),
  'more than a window of the dictionary': Buffer.alloc(3_000_000, 'KB5000000 installed\n'),
};

describe('packReport', () => {
  for (const [name, raw] of Object.entries(reports)) {
    it(`gives back ${name}`, () => {
      assert.deepEqual(Buffer.from(unpackReport(packReport(raw))), raw);
    });

    it(`reads ${name} as earlier versions packed it`, () => {
      assert.deepEqual(Buffer.from(unpackReport(zstdCompressSync(raw))), raw);
    });
  }

  it('keeps its dictionary: kept reports cannot be read with another one', () => {
    assert.equal(
      createHash('sha256').update(reportDictionary).digest('hex'),
      '7b68f922dd4488916ed1414452a366c75c45054afde3782b378155a94e75d8b6',
    );
  });
});
