import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { osPlatformOf } from './os-platform.ts';

const cases: readonly { name: string; platform: string | null }[] = [
  { name: 'Windows 10 Version 1909 for x64-based Systems', platform: 'Windows10' },
  { name: 'Windows 10 for 32-bit Systems', platform: 'Windows10' },
  { name: 'Windows 11 Version 24H2 for ARM64-based Systems', platform: 'Windows11' },
  { name: 'Windows Server 2016  (Server Core installation)', platform: 'WindowsServer2016' },
  { name: 'Windows Server 2022 (Server Core installation)', platform: 'WindowsServer2022' },
  { name: 'Windows Server 2022, 23H2 Edition (Server Core installation)', platform: 'WindowsServer2022' },
  { name: 'Windows Server 2025', platform: 'WindowsServer2025' },
  { name: 'Windows Server 2012 R2', platform: 'WindowsServer2012R2' },
  { name: 'Windows Server 2012 (Server Core installation)', platform: 'WindowsServer2012' },
  { name: 'Windows Server 2008 R2 for x64-based Systems Service Pack 1', platform: 'WindowsServer2008R2' },
  { name: 'Windows Server 2008 for 32-bit Systems Service Pack 2', platform: 'WindowsServer2008' },
  { name: 'Windows Server, version 20H2 (Server Core Installation)', platform: 'WindowsServer' },
  { name: 'Windows 7 for x64-based Systems Service Pack 1', platform: 'Windows7' },
  { name: 'Windows 8.1 for x64-based systems', platform: 'Windows8Blue' },
  { name: 'Windows 8 for x64-based Systems', platform: 'Windows8' },
  { name: 'Microsoft Windows 10 专业版', platform: 'Windows10' },
  { name: 'Microsoft® Windows Server® 2008 Standard', platform: 'WindowsServer2008' },
  { name: 'Microsoft(R) Windows(R) Server 2003', platform: 'WindowsServer2003' },
  { name: 'Windows 95', platform: null },
  { name: 'Ubuntu 24.04', platform: null },
  { name: '', platform: null },
];

describe('osPlatformOf', () => {
  for (const { name, platform } of cases) {
    it(`${name || '(no name)'} is ${platform ?? 'not known'}`, () => assert.equal(osPlatformOf(name), platform));
  }
});
