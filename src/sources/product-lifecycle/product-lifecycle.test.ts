import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { productLifecycle } from './source.ts';

function read(name: string): ReturnType<typeof productLifecycle.read> {
  return productLifecycle.read(name, readFileSync(new URL(`./fixtures/${name}`, import.meta.url)));
}

async function lines(name: string): Promise<readonly string[]> {
  return (await read(name)).data.rows.map(
    ({ product, build, channel, end, esuEnd }) => `${product || '-'} | ${build} ${channel} | ${end} ${esuEnd}`,
  );
}

describe('product life cycles', () => {
  it('reads endoflife.date, API v1', async () => {
    assert.equal((await read('endoflife-v1-windows.json')).date, '2026-06-30T03:00:00Z');
    assert.deepEqual(await lines('endoflife-v1-windows.json'), [
      'Microsoft Windows 11 24H2 (E) | 26100 enterprise | 2027-10-12 null',
      'Microsoft Windows 11 24H2 (W) | 26100 home-pro | 2026-10-13 null',
      'Microsoft Windows 10 22H2 | 19045 null | 2025-10-14 2026-10-13',
    ]);
  });

  it('reads the older lists of endoflife.date: a mere "yes" is no day', async () =>
    assert.deepEqual(await lines('endoflife-v0.json'), [
      '10 21H2 LTS (E) | 19044 ltsc | 2027-01-12 null',
      '11 25H2 (E) | 26200 enterprise | 2028-10-10 null',
      '8 | 9200 null | null null',
    ]));

  it('reads our own form', async () =>
    assert.deepEqual(await lines('own.json'), [
      '- | 9600 server | 2023-10-10 2026-10-13',
      '- | 26100 server | 2034-10-10 null',
      '.NET 8.0 | null null | 2026-11-10 null',
      '.NET 9.0 | null null | 2026-11-10 null',
    ]));

  it('adds up parts: of two rows on one channel that of the newer part stands', async () => {
    const joined = productLifecycle.combine(await read('endoflife-v1-windows.json'), await read('own.json'));
    assert.equal(joined.data.rows.length, 7);
    assert.equal(joined.date, '2026-06-30T03:00:00Z');
  });
});
