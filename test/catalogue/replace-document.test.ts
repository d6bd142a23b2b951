import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { AdvisoryDocument } from '../../src/catalogue/advisory-document.ts';
import { packCatalogue, unpackCatalogue } from '../../src/catalogue/catalogue-format.ts';
import type { CompiledCatalogue } from '../../src/catalogue/catalogue-format.ts';
import { compileCatalogue } from '../../src/catalogue/compile-catalogue.ts';
import { expandCatalogue } from '../../src/catalogue/expand-catalogue.ts';
import { replaceDocument } from '../../src/catalogue/replace-document.ts';
import { findHeldRevision, sizeOf } from '../../src/catalogue/suspect-document.ts';
import { readDocument } from '../../src/sources/msrc-cvrf/read-document.ts';
import { madeUpDocument } from '../support/published-documents.ts';
import { needsShared, sharedPath } from '../support/shared.ts';

function starter(): CompiledCatalogue {
  return unpackCatalogue(readFileSync(new URL('../../src/catalogue/starter/starter.kbcat', import.meta.url)));
}

function idOf(compiled: CompiledCatalogue): string {
  return packCatalogue(compiled, 1).id;
}

function anew(held: CompiledCatalogue, document: AdvisoryDocument): CompiledCatalogue {
  const others = expandCatalogue(held).filter(({ id }) => id.toLowerCase() !== document.id.toLowerCase());
  return compileCatalogue([...others, document]);
}

describe('putting one document into a catalogue', () => {
  const madeUp = [
    { says: 'a new month', month: 'Sep' },
    { says: 'an early month that was never published', month: 'Feb', year: 2016 },
    { says: 'a month of many in place of its document', month: 'Jun', cves: 3 },
    { says: 'a document without content', month: 'Jan', cves: 0 },
  ];
  for (const { says, ...document } of madeUp) {
    it(`${says}: the same as compiling all anew`, () => {
      const { document: read } = readDocument('made up', madeUpDocument(document).xml());
      assert.equal(idOf(replaceDocument(starter(), read)), idOf(anew(starter(), read)));
    });
  }

  it('counts what a compiled document says', () => {
    const held = starter();
    for (const each of expandCatalogue(held).filter(({ id }) => /^20(?:16-Jan|20-Mar|26-Jun)$/.test(id))) {
      assert.deepEqual(findHeldRevision(held, each.id), {
        ...sizeOf(each),
        hash: each.hash,
        currentReleaseAt: each.currentReleaseAt,
      });
    }
  });
});

describe('putting a real revision into a catalogue', needsShared(), () => {
  for (const name of ['2016-Apr', '2017-May-B', '2018-Feb', '2020-Mar', '2025-May', '2026-May']) {
    it(`${name}: the same as compiling all anew`, () => {
      const { document } = readDocument(name, gunzipSync(readFileSync(sharedPath('cvrf-vintage', `${name}.xml.gz`))));
      assert.equal(idOf(replaceDocument(starter(), document)), idOf(anew(starter(), document)));
    });
  }
});
