import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { displayVersionOf } from './display-version.ts';

const cases: readonly { name: string; version: string | null }[] = [
  { name: 'Windows 10 Version 1909 for x64-based Systems', version: '1909' },
  { name: 'Windows 10 Version 22H2 for ARM64-based Systems', version: '22H2' },
  { name: 'Windows 11 version 21H2 for x64-based Systems', version: '21H2' },
  { name: 'Windows 10 for 32-bit Systems', version: '1507' },
  { name: 'Windows 11 for x64-based Systems', version: '21H2' },
  { name: 'Windows Server, version 1709  (Server Core Installation)', version: '1709' },
  { name: 'Windows Server 2022, 23H2 Edition (Server Core installation)', version: '23H2' },
  { name: 'Windows Server 2019', version: null },
];

describe('displayVersionOf', () => {
  for (const { name, version } of cases) {
    it(`${name} is ${version ?? 'of no version'}`, () => assert.equal(displayVersionOf(name), version));
  }
});
