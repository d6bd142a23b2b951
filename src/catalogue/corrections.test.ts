import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { Catalogue } from './catalogue.ts';
import { Corrections, loadCorrections } from './corrections.ts';

const published = Catalogue.fromBytes(
  readFileSync(new URL('./starter/starter.kbcat', import.meta.url)),
  new Corrections([]),
);

describe('corrections of published errors', () => {
  for (const entry of loadCorrections().entries) {
    it(`${entry.kb} ${entry.field}: still says what is corrected`, () => {
      if (entry.field === 'releaseDocument') assert.equal(published.findRelease(entry.kb)?.releaseId, entry.published);
      else {
        const rows = [...published.rowsOfKb(entry.kb)].map(
          (row) => published.remediation(published.rowRemediation(row)).fixedBuild,
        );
        assert.ok(rows.includes(entry.published));
      }
      assert.ok(entry.reason.length > 20 && entry.source.length > 20);
    });
  }
});
