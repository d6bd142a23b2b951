import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { encodingFor } from './accept-encoding.ts';

describe('Accept-Encoding', () => {
  const cases: readonly [header: string | undefined, encoding: string][] = [
    [undefined, 'identity'],
    ['', 'identity'],
    ['identity', 'identity'],
    ['gzip, deflate', 'gzip'],
    ['gzip, deflate, br, zstd', 'br'],
    ['zstd, gzip', 'zstd'],
    ['GZIP', 'gzip'],
    ['x-gzip', 'gzip'],
    ['br;q=0.5, gzip;q=0.8', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['*', 'br'],
    ['*;q=0', 'identity'],
    ['br;q=0, *', 'zstd'],
    ['gzip;q=0.5, identity', 'identity'],
    ['gzip;q=x', 'identity'],
    ['compress, deflate', 'identity'],
    [`gzip, ${'x'.repeat(1000)}`, 'identity'],
  ];
  for (const [header, encoding] of cases)
    it(`${header?.slice(0, 40)}: ${encoding}`, () => assert.equal(encodingFor(header), encoding));
});
