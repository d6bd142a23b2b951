import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inputOf, shownDevices } from '../../../../test/support/shown-inventory.ts';
import { readInventory } from '../read-inventory.ts';

const shapes: readonly [says: string, content: string | object, devices: readonly string[]][] = [
  [
    'one view alone names its resources by their ids',
    'ResourceID,HotFixID0,InstalledOn0\n16777220,KB5044277,10/9/2024\n16777220,KB4535680,\n16777221,KB5044273,\n',
    ['configmgr:16777220 | - | - | 4535680 5044277 | -', 'configmgr:16777221 | - | - | 5044273 | -'],
  ],
  [
    "an update's caption is an address, not a system's name",
    [
      { ResourceID: 7, HotFixID0: 'KB5044277', Caption0: 'http://support.microsoft.com/?kbid=5044277' },
      { ResourceID: 8, HotFixID0: 'KB5044277', Caption0: 'http://support.microsoft.com/?kbid=5044277' },
      { ResourceID: 8, Caption0: 'Microsoft Windows Server 2019 Standard', BuildNumber0: '17763' },
    ],
    ['configmgr:7 | - | - | 5044277 | -', 'configmgr:8 | 10.0.17763 | Server | 5044277 | -'],
  ],
  [
    'names with the view in front, as a query editor writes them',
    '"SYS.ResourceID","SYS.Name0","SYS.BuildExt","SYS.Operating_System_Name_and0"\n"1","PC-1","10.0.22631.4317","Microsoft Windows NT Workstation 10.0"\n',
    ['PC-1 | 10.0.22631.4317 | Client | - | -'],
  ],
  [
    'rows with a name go to the resource of that name, unless two bear it',
    [
      { ResourceID: 1, Name0: 'A', BuildNumber0: '19045', ProductType0: 1 },
      { Name0: 'a', HotFixID0: 'KB5034122' },
      { ResourceID: 2, Name0: 'B', BuildNumber0: '17763', ProductType0: 3 },
      { ResourceID: 3, Name0: 'B', BuildNumber0: '17763', ProductType0: 2 },
      { Name0: 'B', HotFixID0: 'KB5044277' },
    ],
    [
      'A | 10.0.19045 | Client | 5034122 | -',
      'B | 10.0.17763 | Server | - | -',
      'B | 10.0.17763 | Server | - | -',
      'B | - | - | 5044277 | -',
    ],
  ],
  [
    "a program's version is not Windows'",
    [{ ResourceID: 1, Name0: 'A', DisplayName0: 'Microsoft SDK', Version0: '10.0.19041.1' }],
    ['A | - | - | - | -'],
  ],
  [
    'states in words and numbers; an unknown one says nothing',
    'Name0,ArticleID,StateName\nA,5034122,Required\nA,5034123,Installed\nA,5034124,Unknown\nB,KB5034122,Not Required\n',
    ['A | - | - | - | missing 5034122 installed 5034123', 'B | - | - | - | not-applicable 5034122'],
  ],
];

describe('Configuration Manager', () => {
  for (const [says, content, devices] of shapes) it(says, () => assert.deepEqual(shownDevices(content), devices));

  it('rows of nothing but other systems are an error', () => {
    const rows = [{ ResourceID: 1, Name0: 'MAC', Operating_System_Name_and0: 'Apple Mac OS X 10.15' }];
    assert.throws(() => readInventory(inputOf(rows)), /of Windows, got 1 rows of none/);
  });
});
