import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { assess } from '../../src/assessment/assess.ts';
import { undeterminedReasons } from '../../src/assessment/assessment.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { derivePatchState } from '../../src/inventory/patch-state.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';

interface WorkedCase {
  readonly case: string;
  readonly says: string;
  /** Where the expectation comes from. */
  readonly source: string;
  readonly os: object;
  readonly components?: object;
  readonly software?: readonly object[];
  readonly updates?: readonly string[];
  readonly updatesComplete?: boolean;
  readonly asOf: string | null;
  readonly install: readonly string[];
  /** Installs of other products than the operating system and its parts, where the case names them. */
  readonly others?: readonly string[];
  readonly all?: Readonly<Record<string, string | null>>;
  readonly cves?: readonly string[];
  readonly includesCves?: readonly string[];
  readonly excludesCves?: readonly string[];
  readonly reasons?: readonly string[];
  readonly coverage?: string;
  readonly servicing?: string;
  readonly installedRebootNeeded?: readonly string[];
}

const cases = ['worked-cases', 'applications'].flatMap((file) => {
  const text = readFileSync(new URL(`./cases/${file}.json`, import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly cases: readonly WorkedCase[] }).cases;
});
const catalogue = loadStarterCatalogue();

describe('worked cases of the specification', () => {
  for (const each of cases) {
    it(`${each.case}: ${each.says}`, () => {
      assert.notEqual(each.source, '');
      const updates = (each.updates ?? []).map((kb) => ({ kb: `KB${kb}`, state: 'installed' }));
      const { os, components, software = [] } = each;
      const device = { name: 'host' };
      const inventory = readNative({
        schema: 'kbgap-inventory/1',
        device,
        os,
        updates,
        updatesComplete: each.updatesComplete === true,
        software,
        ...(components && { components }),
      });
      const result = assess(derivePatchState(inventory), catalogue, { asOf: each.asOf });
      const ofOs = result.missing.filter(({ osBuild }) => osBuild !== null);
      const installs = ofOs.filter(({ replacedBy }) => replacedBy === null).map(({ kb }) => kb);
      assert.deepEqual(installs, each.install);
      if (each.others !== undefined) {
        const others = result.missing.filter(({ osBuild, replacedBy }) => osBuild === null && replacedBy === null);
        assert.deepEqual(
          others.map(({ kb }) => kb),
          each.others,
        );
      }
      if (each.all !== undefined)
        assert.deepEqual(Object.fromEntries(ofOs.map(({ kb, replacedBy }) => [kb, replacedBy])), each.all);
      if (each.cves !== undefined)
        assert.deepEqual(
          ofOs.flatMap(({ cves }) => cves),
          each.cves,
        );
      for (const cve of each.includesCves ?? []) assert.ok(result.openCves.includes(cve as never), `${cve} is open`);
      for (const cve of each.excludesCves ?? []) assert.ok(!result.openCves.includes(cve as never), `${cve} is closed`);
      const reasons = result.undetermined.map(({ reason }) => reason as string);
      for (const reason of each.reasons ?? [])
        assert.ok(reasons.includes(reason), `${reason} among ${reasons.join(', ')}`);
      if (each.coverage !== undefined) assert.equal(result.coverage, each.coverage);
      if (each.installedRebootNeeded !== undefined)
        assert.deepEqual(result.installedRebootNeeded, each.installedRebootNeeded);
      if (each.servicing !== undefined) assert.equal(result.os.servicing, each.servicing);
    });
  }

  it('shows every reason for an open verdict at least once', () => {
    const shown = new Set(cases.flatMap(({ reasons = [] }) => reasons));
    assert.deepEqual(
      undeterminedReasons.filter((reason) => !shown.has(reason)),
      [],
    );
  });
});
