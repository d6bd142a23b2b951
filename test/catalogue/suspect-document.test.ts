import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import type { AdvisoryDocument } from '../../src/catalogue/advisory-document.ts';
import { findSuspicion, sizeOf } from '../../src/catalogue/suspect-document.ts';
import { readDocument } from '../../src/sources/msrc-cvrf/read-document.ts';
import { needsShared, sharedPath } from '../support/shared.ts';

const now = new Date('2026-08-07T00:00:00Z');

function readFolder(folder: string): readonly AdvisoryDocument[] {
  return readdirSync(sharedPath(folder)).map(
    (name) => readDocument(name, gunzipSync(readFileSync(sharedPath(folder, name)))).document,
  );
}

describe('documents as published', needsShared(), () => {
  it('are all believed, and so is every revision that MSRC made since', () => {
    const current = readFolder('cvrf');
    const doubted = current.flatMap((document) =>
      findSuspicion(document, { askedId: document.id, held: undefined, now }) === undefined ? [] : [document.id],
    );
    assert.deepEqual(doubted, []);
    const today = new Map(current.map((document) => [document.id.toLowerCase(), document]));
    let compared = 0;
    for (const vintage of readFolder('cvrf-vintage')) {
      const document = today.get(vintage.id.toLowerCase());
      if (document === undefined) continue;
      const held = { ...sizeOf(vintage), hash: vintage.hash, currentReleaseAt: vintage.currentReleaseAt };
      assert.equal(findSuspicion(document, { askedId: vintage.id, held, now }), undefined, vintage.id);
      compared += 1;
    }
    assert.equal(compared, 124);
  });
});
