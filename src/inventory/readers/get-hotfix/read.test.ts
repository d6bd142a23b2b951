import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { shownDevices } from '../../../../test/support/shown-inventory.ts';

const objects =
  '<Objs Version="1.1.0.1" xmlns="http://schemas.microsoft.com/powershell/2004/04"><Obj RefId="0"><Props><S N="CSName">PC-EINS</S><S N="HotFixID">KB5034127</S></Props></Obj></Objs>';

describe('objects of Get-HotFix in CLIXML', () => {
  for (const [says, text] of [
    ['a file of Export-Clixml', objects],
    ['with the mark of a stream before it', `#< CLIXML\r\n${objects}`],
    ['with the mark in the same line', `\ufeff#< CLIXML ${objects}`],
  ] as const)
    it(says, () => assert.deepEqual(shownDevices(text), ['PC-EINS | - | - | 5034127 | -']));
});
