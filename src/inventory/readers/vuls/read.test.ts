import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { readInventory } from '../read-inventory.ts';
import { reportInput } from '../report-input.ts';
import { readRelease } from './headers.ts';

function read(text: string): ReturnType<typeof readInventory> {
  return readInventory(reportInput('request', Buffer.from(text)));
}

describe('a request of a Vuls client', () => {
  it('for another system is refused by name', () => {
    assert.throws(
      () => read('X-Vuls-OS-Family: debian\nX-Vuls-OS-Release: 12\n\nlibc6,ii ,2.36\n'),
      (error: unknown) => error instanceof InventoryFormatError && /windows, got debian/.test(error.message),
    );
  });

  it('without a body is refused as systeminfo', () => {
    assert.throws(() => read('X-Vuls-OS-Family: windows\n\n'), /expected a version line|expected .*systeminfo/i);
  });

  it('with results of other systems alone is refused', () => {
    const result = { jsonVersion: 4, family: 'ubuntu', scannedCves: {}, serverName: 'web' };
    assert.throws(() => read(JSON.stringify(result)), /only others: 1 ubuntu/);
  });
});

describe('the name of a release', () => {
  const cases: readonly [
    release: string,
    display: string | undefined,
    architecture: string | undefined,
    type: string,
  ][] = [
    ['Windows 10 Version 22H2 for x64-based Systems', '22H2', 'x64', 'Client'],
    ['Windows 10 Version 1809 for 32-bit Systems', '1809', 'x86', 'Client'],
    ['Windows 11 Version 23H2 for ARM64-based Systems', '23H2', 'arm64', 'Client'],
    ['Windows Server 2012 R2 (Server Core installation)', undefined, undefined, 'Server Core'],
    ['Windows Server 2022', undefined, undefined, 'Server'],
    ['Windows Server, Version 20H2 (Server Core Installation)', '20H2', undefined, 'Server Core'],
    ['Windows 7 for x64-based Systems Service Pack 1', undefined, 'x64', 'Client'],
  ];
  for (const [release, display, architecture, type] of cases) {
    it(release, () => {
      const said = readRelease(release);
      assert.deepEqual([said.displayVersion, said.architecture, said.installationType], [display, architecture, type]);
    });
  }
});
