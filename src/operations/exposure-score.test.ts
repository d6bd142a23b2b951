import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { loadStarterCatalogue } from '../catalogue/starter-catalogue.ts';
import { noContribution } from './contribution.ts';
import type { Contribution } from './contribution.ts';
import { CveRatings } from './cve-ratings.ts';
import { cveWeight, deviceScore, exposureScore, impactScores, scoreOf } from './exposure-score.ts';
import { HeldFeeds } from './held-feeds.ts';
import { TenantExposure } from './tenant-exposure.ts';

const ratings = new CveRatings(loadStarterCatalogue(), new HeldFeeds(null));

function contribution(cvesBySlug: Readonly<Record<string, readonly number[]>>): Contribution {
  const software = Object.entries(cvesBySlug).map(([slug, cves]) => ({
    id: `microsoft-_-${slug}`,
    vendor: 'microsoft',
    slug,
    version: null,
    productId: null,
    verdict: 'missing' as const,
    isOs: false,
    weaknesses: cves.length,
    findings: { cves: Int32Array.from(cves).sort(), kbs: new Int32Array(cves.length) },
  }));
  return { ...noContribution, coverage: 'assessed', open: software.map(({ findings }) => findings), software };
}

function exposureOf(...contributions: readonly Contribution[]): TenantExposure {
  const exposure = new TenantExposure();
  for (const [index, each] of contributions.entries()) exposure.change(String(index), 1, () => each);
  return exposure;
}

const cve = fc.nat(ratings.numbers.size - 1);
const cves = fc.uniqueArray(cve, { maxLength: 40 });

describe('exposure score', () => {
  it('weighs a CVE as the page says', () => {
    assert.equal(cveWeight({ baseScore: 9.8, severity: 'Low', isExploited: false }), 0.9800000000000001);
    assert.equal(cveWeight({ baseScore: null, severity: 'Important', isExploited: false }), 0.7);
    assert.equal(cveWeight({ baseScore: null, severity: null, isExploited: true }), 5);
    assert.equal(scoreOf(0), 0);
    assert.equal(scoreOf(200), 50);
  });

  it('lies between 0 and 100 and never grows when a CVE is closed', () => {
    fc.assert(
      fc.property(cves, cves, fc.nat(), (windows, dotnet, at) => {
        const before = deviceScore(contribution({ windows_10: windows, '.net_framework': dotnet }), ratings);
        const left = windows.filter((_, index) => index !== at % Math.max(1, windows.length));
        const after = deviceScore(contribution({ windows_10: left, '.net_framework': dotnet }), ratings);
        assert.ok(after <= before && after >= 0 && before < 100);
      }),
    );
  });

  it('a device that can no longer be judged never lowers it', () => {
    fc.assert(
      fc.property(cves, cves, (one, other) => {
        const known = exposureOf(contribution({ windows_10: one }), contribution({ windows_10: other }));
        const unknown = exposureOf(contribution({ windows_10: one }), noContribution);
        assert.ok(exposureScore(unknown, ratings) >= exposureScore(known, ratings));
      }),
    );
  });

  it('is 0 without devices', () => assert.equal(exposureScore(new TenantExposure(), ratings), 0));

  it('the impact of a software is what the score falls by without it', () => {
    fc.assert(
      fc.property(cves, cves, (windows, dotnet) => {
        const both = exposureOf(contribution({ windows_10: windows, edge: dotnet }), contribution({}));
        const without = exposureOf(contribution({ windows_10: windows }), contribution({}));
        const impact = impactScores(both, ratings).get('microsoft-_-edge') ?? 0;
        assert.ok(Math.abs(exposureScore(both, ratings) - impact - exposureScore(without, ratings)) < 1e-9);
      }),
    );
  });

  it('counts devices by CVE once, however many products it is open in, before and after changes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cves, cves), { maxLength: 6 }), fc.nat(5), (fleet, leaver) => {
        const parts = fleet.map(([windows, edge]) => contribution({ windows_10: windows, edge }));
        const exposure = exposureOf(...parts);
        const counted = (among: readonly Contribution[], each: number): number =>
          among.filter(({ software }) => software.some(({ findings }) => findings.cves.includes(each))).length;
        for (const each of fleet.flat(2)) assert.equal(exposure.devicesByCve()[each], counted(parts, each));
        if (leaver >= parts.length) return;
        exposure.change(String(leaver), -1, () => noContribution);
        const left = parts.filter((_, index) => index !== leaver);
        for (const each of fleet.flat(2)) assert.equal(exposure.devicesByCve()[each], counted(left, each));
      }),
    );
  });
});
