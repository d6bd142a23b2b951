import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shownDevices } from '../../../../test/support/shown-inventory.ts';

const shapes: readonly [says: string, content: string | object, devices: readonly string[]][] = [
  [
    'a list that PowerShell shows',
    '\nId                     : a1\nFullDomainName         : pc-1.contoso.com\nOSDescription          : Windows 10 Pro\nClientVersion          : 10.0.19041.4597\nLastReportedStatusTime : 10/15/2024 10:00:00 AM\n\nId                     : a2\nFullDomainName         : srv-1.contoso.com\nOSDescription          : Windows Server 2019 Standard\nClientVersion          : 10.0.17763.1\n',
    ['pc-1.contoso.com | - | Client | - | -', 'srv-1.contoso.com | - | Server | - | -'],
  ],
  [
    'a public view of the database',
    'ComputerTargetId,Name,IPAddress,LastSyncTime,OSMajorVersion,OSMinorVersion,OSBuildNumber,OSServicePackMajorNumber,ClientVersion\n5f0e,pc-1,192.0.2.1,2024-10-15,6,1,7601,1,7.6\n',
    ['pc-1 | 6.1.7601 | - | - | -'],
  ],
  [
    'states as numbers of the enumeration, updates as a list',
    {
      value: [
        { Computername: 'pc-1', UpdateKB: ['5034122'], UpdateTitle: 'x', UpdateInstallationState: 2 },
        { Computername: 'pc-1', UpdateKB: '{5034123}', UpdateTitle: 'y', UpdateInstallationState: 4 },
      ],
    },
    ['pc-1 | - | - | - | missing 5034122 installed 5034123'],
  ],
];

describe('WSUS', () => {
  for (const [says, content, devices] of shapes) it(says, () => assert.deepEqual(shownDevices(content), devices));
});
