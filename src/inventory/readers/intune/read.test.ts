import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inputOf, shownDevices, shownInventory } from '../../../../test/support/shown-inventory.ts';
import { workbookBytes } from '../../../../test/support/workbook.ts';
import { readInventory } from '../read-inventory.ts';
import { reportInput } from '../report-input.ts';

const device = {
  deviceName: 'PC',
  osVersion: '10.0.26100.2033',
  operatingSystem: 'Windows',
  complianceState: 'compliant',
};

describe('client or server is told by evidence, never by the build', () => {
  const evidence: readonly [says: string, fields: object, type: string][] = [
    ['nothing', {}, '-'],
    ['the number of the edition', { skuNumber: 48 }, 'Client'],
    ["a server's", { skuNumber: '7' }, 'Server'],
    ['the family of the edition', { skuFamily: 'Enterprise' }, 'Client'],
    ['enrolled for management', { managementAgent: 'mdm' }, 'Client'],
    ['co-managed', { managementAgent: 'configurationManagerClientMdm' }, 'Client'],
    ['Defender manages servers, too', { managementAgent: 'msSense' }, '-'],
    ['Configuration Manager does', { managementAgent: 'configurationManagerClient' }, '-'],
    ['the name of the system', { operatingSystem: 'Windows Server' }, 'Server'],
  ];
  for (const [says, fields, type] of evidence)
    it(says, () =>
      assert.deepEqual(shownDevices({ value: [{ ...device, ...fields }] }), [`PC | 10.0.26100.2033 | ${type} | - | -`]),
    );
});

describe('exports of the portal', () => {
  const tables: readonly [says: string, table: string, devices: readonly string[]][] = [
    [
      'the short report, in another order, with semicolons',
      'OS version;OS;Last check-in;Device name;Device ID;Ownership\n10.0.22631.4317;Windows;2024-10-20 06:00:01;PC-1;8f0b7c1e-0000-4000-8000-000000000001;Corporate\n',
      ['PC-1 | 10.0.22631.4317 | - | - | -'],
    ],
    [
      'the report of an export job',
      'DeviceId,DeviceName,OSVersion,OS,LastContact,ManagementAgent\n8f0b7c1e-0000-4000-8000-000000000001,PC-1,10.0.22631.4317,Windows,2024-10-20 06:00:01.0000000,mdm\n',
      ['PC-1 | 10.0.22631.4317 | Client | - | -'],
    ],
    [
      'Japanese headings, tabs, one column more',
      'デバイス ID\tデバイス名\tシリアル番号\tOS のバージョン\tOS\t最終チェックイン\n8f0b7c1e-0000-4000-8000-000000000001\tPC-JA1\tABC123\t10.0.22631.4317\tWindows\t2024-10-20 06:00:01\n8f0b7c1e-0000-4000-8000-000000000002\tPC-JA2\tABC124\t10.0.22631.4317\tWindows\t2024-10-20 06:00:01\n',
      ['PC-JA1 | 10.0.22631.4317 | - | - | -', 'PC-JA2 | 10.0.22631.4317 | - | - | -'],
    ],
  ];
  for (const [says, table, devices] of tables) it(says, () => assert.deepEqual(shownDevices(table), devices));

  it('saved as a workbook', () => {
    const rows = [
      ['Device ID', 'Device name', 'OS', 'OS version', 'Managed by'],
      ['8f0b7c1e-0000-4000-8000-000000000001', 'PC-1', 'Windows', '10.0.22631.4317', 'Intune'],
    ];
    const report = readInventory(reportInput('devices.xlsx', workbookBytes([{ name: 'export', rows }])));
    assert.equal(report.format, 'intune');
    assert.deepEqual(report.inventories.map(shownInventory), ['PC-1 | 10.0.22631.4317 | Client | - | -']);
  });

  it('a table without a device of Windows is an error', () => {
    const table =
      'Device ID,Device name,OS,OS version,Ownership\n8f0b7c1e-0000-4000-8000-000000000001,iPad,iOS,17.6.1,Personal\n';
    assert.throws(() => readInventory(inputOf(table)), /some of Windows, got 1 of other systems/);
  });
});
