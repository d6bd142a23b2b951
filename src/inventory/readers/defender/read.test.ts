import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inputOf, shownDevices } from '../../../../test/support/shown-inventory.ts';
import { readInventory } from '../read-inventory.ts';
import { windowsNameOf } from './os-platform.ts';

const id = '1'.repeat(40);
const shapes: readonly [says: string, content: string | object, devices: readonly string[]][] = [
  [
    'one machine alone',
    { id, computerDnsName: 'pc-1', osPlatform: 'Windows11', osBuild: '22631', healthStatus: 'Active' },
    ['pc-1 | 10.0.22631 | Client | - | -'],
  ],
  [
    'machines as CSV of PowerShell',
    `"id","computerDnsName","osPlatform","version","osBuild","machineTags"\n"${id}","pc-1","WindowsServer2022","21H2","20348","System.Object[]"\n`,
    ['pc-1 | 10.0.20348 | Server | - | -'],
  ],
  [
    'vulnerabilities as CSV; an article that is none is no verdict',
    `DeviceId,DeviceName,OSPlatform,OSVersion,SoftwareVendor,SoftwareName,SoftwareVersion,CveId,RecommendedSecurityUpdateId\n${id},pc-1,Windows10,10.0.19045.3803,microsoft,windows_10,10.0.19045.3803,CVE-2024-1,5034122\n${id},pc-1,Windows10,10.0.19045.3803,microsoft,office,16.0,CVE-2024-2,MC123\n`,
    ['pc-1 | 10.0.19045.3803 | Client | - | missing 5034122'],
  ],
  [
    'advanced hunting as its API answers: the system among the software tells build and UBR',
    {
      Schema: [{ Name: 'DeviceId' }],
      Results: [
        {
          DeviceId: id,
          DeviceName: 'pc-1',
          OSPlatform: 'Windows10',
          OSVersion: '10.0',
          SoftwareVendor: 'microsoft',
          SoftwareName: 'windows_10',
          SoftwareVersion: '10.0.19045.3803',
        },
      ],
    },
    ['pc-1 | 10.0.19045.3803 | Client | - | -'],
  ],
  [
    "the portal's list of devices",
    `Device ID,Device name,Domain,OS platform,OS version,OS build,Windows 10 version\n${id},pc-1,contoso,Windows11,10.0,22631,23H2\n`,
    ['pc-1 | 10.0.22631 | Client | - | -'],
  ],
  [
    'getmissingkbs with the device around it',
    {
      machineId: id,
      missingKbs: [
        { id: '5034122', name: 'January 2024 Security Updates', productsNames: ['windows_10'], machineMissedOn: 1 },
      ],
    },
    [`${id} | - | - | - | missing 5034122`],
  ],
];

describe("Defender's exports", () => {
  for (const [says, content, devices] of shapes) it(says, () => assert.deepEqual(shownDevices(content), devices));

  it('an answer of getmissingkbs of no device is refused, saying what would tell it', () => {
    const answer = { value: [{ id: '5034122', productsNames: ['windows_10'], machineMissedOn: 1 }] };
    assert.throws(
      () => readInventory(inputOf(answer)),
      /machine id in the name of the file.* got 1 updates of no device/,
    );
  });

  const platforms: readonly [platform: string, name: string | undefined][] = [
    ['Windows10', 'Windows 10'],
    ['Windows10WVD', 'Windows 10'],
    ['Windows8Blue', 'Windows 8.1'],
    ['WindowsServer2012R2', 'Windows Server 2012 R2'],
    ['WindowsServer2008R2', 'Windows Server 2008 R2'],
    ['WindowsServer2025', 'Windows Server 2025'],
    ['Linux', undefined],
    ['macOS', undefined],
  ];
  for (const [platform, name] of platforms)
    it(`osPlatform ${platform} is ${name}`, () => assert.equal(windowsNameOf(platform), name));
});
