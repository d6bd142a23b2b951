import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { describe, it } from 'node:test';
import { assess } from '../../src/assessment/assess.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { confidenceOf } from '../../src/inventory/confidence.ts';
import type { Inventory } from '../../src/inventory/inventory.ts';
import { mergeInventories } from '../../src/inventory/merge-inventories.ts';
import { derivePatchState } from '../../src/inventory/patch-state.ts';
import { readInventory } from '../../src/inventory/readers/read-inventory.ts';
import { reportInput } from '../../src/inventory/readers/report-input.ts';
import { formatWindowsBuild } from '../../src/terms/windows-build.ts';
import { needsShared, sharedPath } from '../support/shared.ts';

function read(name: string): Inventory {
  const bytes = readFileSync(sharedPath('hosts', name));
  const [inventory] = readInventory(reportInput(name, bytes)).inventories;
  assert.ok(inventory !== undefined);
  return inventory;
}

/** Read off the files by eye and by counting their `[nn]: KB` lines. */
const systems: readonly [
  file: string,
  name: string,
  build: string,
  architecture: string,
  side: string | undefined,
  kbs: number,
][] = [
  ['10_1803_x64_education_en-us', 'LAPTOP', '10.0.17134', 'x64', 'Client', 5],
  ['10_1803_x64_pro_it', 'PC044', '10.0.17134', 'x64', 'Client', 10],
  ['10_1803_x64_proforworkstations_en-us_B_20190306', 'DESKTOP-OOF6NB5', '10.0.17134', 'x64', 'Client', 0],
  ['10_1809_x64_enterprise_zh-cn', 'DESKTOP-0CQH3P2', '10.0.17763', 'x64', 'Client', 1],
  ['10_22H2_x64_enterprise_en-us', 'DESKTOP-92B51CV', '10.0.19045', 'x64', 'Client', 1],
  ['11_24H2_x64_enterprise', 'WINXI24H2LTSC', '10.0.26100', 'x64', 'Client', 3],
  ['8.1_u1_x64_enterprise_en-us', 'WIN81U1X64', '6.3.9600', 'x64', 'Client', 6],
  ['srv_2003_rtm_x86_standard_en-us', 'WINSRV2K3SP0X86', '5.2.3790', 'x86', 'Server', 1],
  ['srv_2008_rtm_x64_standard_en-us', 'SRV2K8SP0X64', '6.0.6001', 'x64', 'Server', 1],
  ['srv_2012r2_x64_standard_ru', 'DC', '6.3.9600', 'x64', 'Server', 7],
  ['srv_2016_1607_datacenter_en-us', 'MYSERVER', '10.0.14393', 'x64', 'Server', 5],
  ['srv_2022', 'WIN-RIBN7SM07BK', '10.0.20348', 'x64', 'Server', 3],
];

describe('systeminfo of real hosts', needsShared(), () => {
  for (const [file, name, build, architecture, side, kbs] of systems) {
    it(file, () => {
      const { device, os, updates } = read(`${file}_systeminfo.txt`);
      const found = [
        device.name,
        os.build && formatWindowsBuild(os.build),
        os.architecture,
        os.installationType,
        updates.length,
      ];
      assert.deepEqual(found, [name, build, architecture, side, kbs]);
    });
  }

  it('says the same of one French machine from two consoles, but for the updates of another day', () => {
    const facts = (file: string): unknown => {
      const { device, os, updates } = read(file);
      return { device: device.name, os, kbs: updates.length };
    };
    const cmd = facts('7_sp1_x64_enterprise_fr_systeminfo_cmd.txt') as { kbs: number };
    const powershell = facts('7_sp1_x64_enterprise_fr_systeminfo_powershell.txt') as { kbs: number };
    assert.deepEqual([cmd.kbs, powershell.kbs], [73, 93]);
    assert.deepEqual({ ...cmd, kbs: 0 }, { ...powershell, kbs: 0 });
  });

  it('every file is read and judged without a crash', () => {
    const catalogue = loadStarterCatalogue();
    for (const name of readdirSync(sharedPath('hosts'))) {
      const { coverage, undetermined } = assess(derivePatchState(read(name)), catalogue, { asOf: null });
      if (coverage !== 'assessed') assert.ok(undetermined.length > 0, `${name}: ${coverage} without a reason`);
    }
  });
});

describe('answers of the update agent on real hosts', needsShared(), () => {
  /** Read off the files; the Malicious Software Removal Tool (890830) is left out. */
  const answers: readonly [host: string, kbs: readonly string[]][] = [
    ['10_1803_x64_proforworkstations_en-us_B_20190306', ['4100347', '4462930', '4487017', '4487038']],
    ['10_1809_x64_education_en-us_20190306', ['4486553']],
  ];
  for (const [host, kbs] of answers) {
    it(`${host}: somebody else's verdict, kept apart`, () => {
      const inventory = read(`${host}_updates.txt`);
      const told = inventory.opinions.map(({ source, kb, verdict }) => `${source} ${kb} ${verdict}`);
      assert.deepEqual(
        told,
        kbs.map((kb) => `windows-update-agent ${kb} missing`),
      );
      assert.equal(confidenceOf(inventory), 'D');
      assert.deepEqual(derivePatchState(inventory).installedKbs, []);
    });
  }
});

describe('hosts with the update agent’s own answer, as of 2019-03-06', needsShared(), () => {
  const catalogue = loadStarterCatalogue();
  const judge = (host: string): readonly string[] => {
    const { inventory } = mergeInventories(
      ['systeminfo', 'qfe'].map((source) => ({ source, at: undefined, inventory: read(`${host}_${source}.txt`) })),
    );
    return assess(derivePatchState(inventory), catalogue, { asOf: '2019-03-06' }).install;
  };
  it('an unpatched 1803 needs exactly the cumulative update and Flash', () => {
    assert.deepEqual(judge('10_1803_x64_proforworkstations_en-us_B_20190306'), ['4487017', '4487038']);
  });
  it('a patched 1809 needs nothing', () => {
    assert.deepEqual(judge('10_1809_x64_education_en-us_20190306'), []);
  });
});
