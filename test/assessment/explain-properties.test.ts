import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { assess } from '../../src/assessment/assess.ts';
import type { Assessment } from '../../src/assessment/assessment.ts';
import type { Evidence, ExplainSubject, Flip, FlipChange } from '../../src/assessment/evidence.ts';
import { explain } from '../../src/assessment/explain.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import type { KbNumber } from '../../src/terms/kb-number.ts';
import type { VulnerabilityId } from '../../src/terms/vulnerability-id.ts';
import { kbsOfWindows, randomDevices, stateOf } from '../support/random-devices.ts';
import type { RandomDevice } from '../support/random-devices.ts';

const catalogue = loadStarterCatalogue();
const devices = randomDevices(catalogue);
const runs = { numRuns: 80, seed: 20_260_609 };

/** A device, and numbers to choose subjects by. */
const asked = fc.tuple(devices, fc.array(fc.nat(), { minLength: 4, maxLength: 4 }));

function judge(device: RandomDevice): Assessment {
  return assess(stateOf(device), catalogue, { asOf: device.asOf });
}

function tell(device: RandomDevice, subject: ExplainSubject): Evidence {
  return explain(stateOf(device), catalogue, subject, { asOf: device.asOf });
}

/** Some of a list, by numbers. */
function some<T>(list: readonly T[], numbers: readonly number[]): readonly T[] {
  return list.length === 0 ? [] : [...new Set(numbers.flatMap((number) => list[number % list.length] ?? []))];
}

/** Vulnerabilities that some Vendor Fix row with a KB names for a product of the device that was judged, released by then. */
function candidates({ products }: Assessment, { asOf }: RandomDevice): readonly VulnerabilityId[] {
  const found = new Set<VulnerabilityId>();
  for (const { productId } of products) {
    const product = productId === null ? undefined : catalogue.findProduct(productId);
    if (product === undefined) continue;
    for (const fix of catalogue.fixesOfProduct(product)) {
      const { kb, subType } = catalogue.remediation(catalogue.fixRemediation(fix));
      const releasedOn = kb === null ? undefined : catalogue.findRelease(kb)?.releasedOn;
      // Servicing stacks and setup updates open nothing.
      if (releasedOn === undefined || (asOf !== null && releasedOn > asOf) || /servic\w*\s*stack|^setup/i.test(subType))
        continue;
      for (let row = catalogue.firstRow(fix); row < catalogue.firstRow(fix + 1); row += 1)
        found.add(catalogue.vulnerabilityId(catalogue.rowVulnerability(row)));
    }
  }
  return [...found].sort();
}

describe('explanations of random devices', () => {
  it('agree with the assessment on what is missing', () => {
    fc.assert(
      fc.property(asked, ([device, numbers]) => {
        const { missing, openCves } = judge(device);
        for (const { kb } of some(missing, numbers)) {
          const { verdict, rows, alternatives } = tell(device, { kb });
          assert.equal(verdict, 'missing', kb);
          assert.ok(rows.length > 0 && alternatives.some((each) => each.kb === kb), kb);
        }
        for (const vulnerability of some(openCves, numbers)) {
          const { verdict, rows } = tell(device, { vulnerability });
          assert.equal(verdict, 'missing', vulnerability);
          assert.ok(rows.length > 0, vulnerability);
        }
      }),
      runs,
    );
  });

  it('missing, remediated and undetermined cover every candidate, as the assessment has it', () => {
    fc.assert(
      fc.property(asked, ([device, numbers]) => {
        const assessment = judge(device);
        const open = new Set<string>(assessment.openCves);
        const reasons = new Set(assessment.undetermined.map(({ reason }) => reason));
        for (const vulnerability of some(candidates(assessment, device), numbers)) {
          const { verdict, reason, because } = tell(device, { vulnerability });
          const said = `${vulnerability}: ${verdict}: ${because.join(' ')}`;
          if (vulnerability.startsWith('CVE')) assert.equal(verdict === 'missing', open.has(vulnerability), said);
          if (assessment.coverage === 'not-assessed') assert.equal(verdict, 'undetermined', said);
          if (assessment.coverage === 'assessed') assert.notEqual(verdict, 'undetermined', said);
          if (verdict === 'undetermined') assert.ok(reason !== null && reasons.has(reason), said);
          else if (verdict === 'not-applicable') assert.match(because.join(' '), passedOver, said);
        }
      }),
      runs,
    );
  });

  it('say of an update that is not missing why, and never that it is', () => {
    fc.assert(
      fc.property(asked, ([device, numbers]) => {
        const { missing } = judge(device);
        const missed = new Set<string>(missing.map(({ kb }) => kb));
        for (const kb of some(kbsOfWindows(catalogue, device.product), numbers)) {
          const { verdict, because, wouldFlip } = tell(device, { kb });
          assert.equal(verdict === 'missing', missed.has(kb), kb);
          assert.ok(because.length > 0 && wouldFlip.length > 0, kb);
        }
      }),
      runs,
    );
  });

  it('tell only flips that turn the verdict when they are made', () => {
    let checked = 0;
    fc.assert(
      fc.property(asked, ([device, numbers]) => {
        const { missing, openCves } = judge(device);
        for (const { kb } of some(missing, numbers.slice(0, 2)))
          for (const flip of tell(device, { kb }).flips)
            checked += holds(device, flip, (after) => after.missing.every((each) => each.kb !== kb));
        for (const vulnerability of some(openCves, numbers.slice(0, 2)))
          for (const flip of tell(device, { vulnerability }).flips)
            checked += holds(device, flip, (after) => !after.openCves.includes(vulnerability));
        for (const kb of some(kbsOfWindows(catalogue, device.product), numbers.slice(2))) {
          const { verdict, flips } = tell(device, { kb });
          if (verdict === 'remediated')
            for (const flip of flips)
              if (flip.to === 'missing')
                checked += holds(device, flip, (after) => after.missing.some((each) => each.kb === kb));
        }
      }),
      runs,
    );
    assert.ok(checked > runs.numRuns, `${checked} flips made`);
  });
});

/** Ways in which what a row names can be of no account for the device: its rows are another Windows' or it came after the end. */
const passedOver = /by mistake|distrusted|open nothing|servicing stack/;

/** Makes a flip's change in the report and looks at the verdict; 1 where it could be made. */
function holds(device: RandomDevice, { says, change }: Flip, turned: (after: Assessment) => boolean): number {
  if (change === null) return 0;
  assert.ok(turned(judge(changed(device, change))), `${says} ${JSON.stringify(device)}`);
  return 1;
}

function changed(
  device: RandomDevice,
  { installed = [], notInstalled = [], build, software, wholeUpdateList, asOf }: FlipChange,
): RandomDevice {
  const kept = device.updates.filter((kb) => !notInstalled.includes(kb as KbNumber));
  return {
    ...device,
    updates: [...new Set([...kept, ...installed])],
    complete: device.complete || wholeUpdateList === true,
    ubr: build === undefined ? device.ubr : Number(build.split('.')[3]),
    software: device.software.map((each) =>
      each.name === software?.name ? { ...each, version: software.version } : each,
    ),
    asOf: asOf ?? device.asOf,
  };
}
