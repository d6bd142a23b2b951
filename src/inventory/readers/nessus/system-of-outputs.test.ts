import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatWindowsBuild } from '../../../terms/windows-build.ts';
import { systemOf } from './system-of-outputs.ts';

describe('the system that a fingerprint names', () => {
  const rows: readonly [said: string, name: string, build: string | undefined][] = [
    ['Microsoft Windows 10 Pro Build 19045', 'Microsoft Windows 10 Pro', '10.0.19045'],
    ['Windows Server 2016 Standard 14393', 'Windows Server 2016 Standard', '10.0.14393'],
    ['Microsoft Windows Server 2019 Datacenter 10.0.17763', 'Microsoft Windows Server 2019 Datacenter', '10.0.17763'],
    ['Microsoft Windows Server 2012 R2 Standard 6.3.9600', 'Microsoft Windows Server 2012 R2 Standard', '6.3.9600'],
    ['Microsoft Windows Server 2019 Standard', 'Microsoft Windows Server 2019 Standard', undefined],
    // 2019 is a year, 10.0.9600 no version.
    ['Microsoft Windows Server 2019', 'Microsoft Windows Server 2019', undefined],
    ['Microsoft Windows 10.0.9600', 'Microsoft Windows 10.0.9600', undefined],
  ];
  for (const [said, name, build] of rows) {
    it(said, () => {
      const output = `Remote operating system : ${said}\nConfidence level : 100\n`;
      const system = systemOf([{ plugin: 11936, name: 'OS Identification', output }], undefined);
      assert.deepEqual([system.name, system.build && formatWindowsBuild(system.build)], [name, build]);
    });
  }
});
