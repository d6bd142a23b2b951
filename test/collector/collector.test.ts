import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { before, describe, it } from 'node:test';
import type { Language, Parser, Node } from '@vscode/tree-sitter-wasm';

const script = readFileSync(new URL('../../collector/Get-KbgapInventory.ps1', import.meta.url), 'utf8');
const require = createRequire(import.meta.url);

interface TreeSitter {
  readonly Parser: typeof Parser;
  readonly Language: typeof Language;
}

/** Wrong and missing pieces of a script, by VS Code's PowerShell grammar; the first is enough to tell. */
async function faultsOf(source: string): Promise<readonly string[]> {
  const { Parser: TreeParser, Language: Grammar } = require('@vscode/tree-sitter-wasm') as TreeSitter;
  await TreeParser.init();
  const parser = new TreeParser();
  parser.setLanguage(await Grammar.load(require.resolve('@vscode/tree-sitter-wasm/wasm/tree-sitter-powershell.wasm')));
  const root = parser.parse(source)?.rootNode;
  if (root === undefined) return ['no tree'];
  const faults: string[] = [];
  const visit = (node: Node): void => {
    if (node.isError || node.isMissing) faults.push(`line ${node.startPosition.row + 1}: ${node.text.slice(0, 60)}`);
    for (const child of node.children) if (child !== null) visit(child);
  };
  visit(root);
  return faults;
}

/** What PowerShell 2.0 (Windows 7, Server 2008 R2) does not know, with the version that brought it. */
const laterThan2: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['ConvertTo-Json (3.0)', /ConvertTo-Json|ConvertFrom-Json/i],
  ['Invoke-RestMethod (3.0)', /Invoke-RestMethod|Invoke-WebRequest/i],
  ['-in and -notin (3.0)', /\s-(?:not)?in\s/i],
  ['[ordered] and [pscustomobject] (3.0)', /\[(?:ordered|pscustomobject)\]/i],
  ['$PSScriptRoot in scripts (3.0)', /\$PSScriptRoot/i],
  ['$PSItem (3.0)', /\$PSItem/i],
  ['-shl and -shr (3.0)', /\s-sh[lr]\s/i],
  ['Where-Object without braces (3.0)', /(?:Where-Object|\?)\s+[A-Z]\w*\s+-/],
  ['ForEach-Object with a member name (3.0)', /ForEach-Object\s+[A-Za-z]/],
  ['.ForEach and .Where (4.0)', /\.(?:ForEach|Where)\s*[({]/i],
  ['::new( (5.0)', /::new\(/i],
  ['Get-ItemPropertyValue (5.0)', /Get-ItemPropertyValue/i],
  ['class and enum (5.0)', /^\s*(?:class|enum)\s/im],
  ['?? and ?. (7.0)', /\?\?|\?\./],
  ['&& and || between commands (7.0)', /&&|\|\|/],
];

describe('the collector', () => {
  let faults: readonly string[] = [];
  before(async () => {
    faults = await faultsOf(script);
  });
  it('is PowerShell', () => assert.deepEqual(faults, []));
  it('is told apart from what is none', async () => {
    assert.notDeepEqual(await faultsOf(script.replace('foreach ($fix in', 'foreach ($fix')), []);
    assert.notDeepEqual(await faultsOf(`${script}\n}`), []);
  });
  for (const [what, pattern] of laterThan2) {
    it(`does without ${what}`, () => assert.doesNotMatch(script.replace(/^\s*#.*$/gm, ''), pattern));
  }
  it('loads no module and asks for no administrator', () => {
    assert.doesNotMatch(script, /Import-Module|#Requires|RunAs/i);
  });
  it('falls back where Get-CimInstance is absent, and never writes to the registry', () => {
    assert.match(script, /Get-WmiObject/);
    assert.doesNotMatch(script, /Set-Item|New-Item|Remove-Item|\.SetValue|\.CreateSubKey|\.DeleteSubKey/i);
  });
  it('has at most 150 lines, in ASCII', () => {
    assert.ok(script.trimEnd().split('\n').length <= 150);
    assert.match(script, /^[\t\n\r -~]*$/);
  });
  it('goes on where one look-up fails', () => {
    const risky =
      /GetAllNetworkInterfaces|GetIPProperties|Get-Item |VersionInfo|Win32_QuickFixEngineering|OpenSubKey|Test-Path ["']HKLM|\[int\]\(Read-Key|\[datetime\]\$/g;
    const lines = script.split('\n');
    const found = lines.flatMap((line, at) => Array.from(line.matchAll(risky), ({ index }) => ({ line, at, index })));
    assert.ok(found.length >= 10);
    for (const { line, at, index } of found) {
      const before = line.slice(0, index);
      const isGuarded = /Read-Safely \{|\btry \{/.test(before) || lines[at - 2]?.startsWith('try {') === true;
      assert.ok(isGuarded, `line ${at + 1}: ${line.trim()}`);
    }
  });
  it('takes an answer for "none" only where WMI gave no row, not where it could read none', () =>
    assert.match(script, /\$asked = \$fixes\.Count -eq 0/));
  it('does not print the token', () => {
    const said = script.split('\n').filter((line) => /Write-|Error\.|Out-/.test(line));
    for (const line of said) assert.doesNotMatch(line, /\$Token/i);
  });
});
