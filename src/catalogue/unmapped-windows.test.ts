import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadStarterCatalogue } from './starter-catalogue.ts';
import { isWindowsName, whyUnmapped } from './unmapped-windows.ts';
import { parseWindowsProduct } from './windows-version.ts';

function isAccountedFor(name: string): boolean {
  return parseWindowsProduct(name) !== undefined || whyUnmapped(name) !== undefined;
}

describe('every Windows of every document', () => {
  const catalogue = loadStarterCatalogue();
  const names = Array.from({ length: catalogue.productCount }, (_, product) => catalogue.productName(product)).filter(
    isWindowsName,
  );

  it('maps to a branch, or to a reason why not', () => {
    assert.ok(names.length >= 90, `${names.length} names`);
    assert.deepEqual(
      names.filter((name) => !isAccountedFor(name)),
      [],
    );
  });

  it('would show one that nobody has looked at yet', () => {
    for (const name of [
      'Windows 12 for x64-based Systems',
      'Windows 11 Version 27H2 for ARM64-based Systems',
      'Windows Server 2028',
    ]) {
      assert.ok(isWindowsName(name), name);
      assert.ok(!isAccountedFor(name), name);
    }
  });

  it('leaves software for Windows to its own rules', () => {
    for (const name of [
      'Windows Notepad',
      'Windows Admin Center',
      'Internet Explorer 11 on Windows 10 for x64-based Systems',
    ]) {
      assert.ok(!isWindowsName(name), name);
    }
  });
});
