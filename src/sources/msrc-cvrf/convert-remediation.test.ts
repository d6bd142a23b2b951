import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSupercedence } from './convert-remediation.ts';

/** Shapes of `Supercedence` met in the documents. */
const cases: readonly [text: string, expected: readonly string[], says: string][] = [
  ['5031364', ['5031364'], 'one KB'],
  ['KB5031364', ['5031364'], 'with its prefix'],
  ['4495616; 4502563', ['4495616', '4502563'], 'a list with semicolons'],
  ['3185319 3185330', ['3185319', '3185330'], 'a list with blanks'],
  ['3185319<br><br>3185330', ['3185319', '3185330'], 'a list with line breaks in HTML'],
  ['MS16-039, 3145739; MS16-098, 3177725', ['3145739', '3177725'], 'pairs of bulletin and KB'],
  ['MS16-029', [], 'a bulletin alone'],
  ['None', [], 'None'],
  ['5013868, 50185', ['5013868'], 'a number that was cut'],
  ['5034129\n', ['5034129'], 'a trailing line end'],
  ['2.41.0', [], 'a version'],
  ['29166583', [], 'eight digits are no KB article'],
  ['', [], 'nothing'],
  ['5034129, 5034129', ['5034129'], 'each once'],
];

describe('Supercedence as published', () => {
  for (const [text, expected, says] of cases) {
    it(says, () => assert.deepEqual(parseSupercedence(text), expected));
  }
});
