import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { needsShared, sharedPath } from '../../../test/support/shared.ts';
import { parseTitle } from './read-atom.ts';
import { releaseHistory } from './source.ts';

async function read(name: string): Promise<readonly string[]> {
  const bytes = readFileSync(new URL(`./fixtures/${name}`, import.meta.url));
  const { data } = await releaseHistory.read(name, bytes);
  return data.releases.map(({ kb, build, ubr, kind, date }) => `${build}.${ubr} ${kb} ${kind || '?'} ${date || '?'}`);
}

/** Titles of update histories, as Microsoft has written them over the years. */
const titles: readonly [title: string, expected: readonly string[], says: string][] = [
  ['June 9, 2026—KB5094126 (OS Build 26100.8655)', ['26100.8655 standard 2026-06-09'], 'a monthly release'],
  [
    'June 9, 2026—KB5094126 (OS Builds 26200.8655 and 26100.8655)',
    ['26200.8655 standard 2026-06-09', '26100.8655 standard 2026-06-09'],
    'two builds',
  ],
  [
    'October 12, 2021—KB5006670 (OS Builds 19041.1288, 19042.1288, and 19043.1288)',
    ['19041.1288 standard 2021-10-12', '19042.1288 standard 2021-10-12', '19043.1288 standard 2021-10-12'],
    'three builds',
  ],
  ['June 23, 2026 - KB5099901 (OS Build 26100.8760) Preview', ['26100.8760 preview 2026-06-23'], 'a preview'],
  ['May 20, 2026—KB5099905 (OS Build 26100.8590) Out-of-band', ['26100.8590 out-of-band 2026-05-20'], 'out of band'],
  ['July 14, 2026—Hotpatch KB5099903 (OS Build 26100.8800)', ['26100.8800 hotpatch 2026-07-14'], 'a hotpatch'],
  ['March 1, 2016—KB3140743 (OS Build 10586.122)', ['10586.122 ? 2016-03-01'], 'another day, and nothing said'],
  ['Windows 11, version 24H2', [], 'no update'],
  ['June 9, 2026—KB5094126', [], 'no build'],
  ['(OS Build 26100.1)', [], 'no KB'],
];

describe('the title of an update history entry', () => {
  for (const [title, expected, says] of titles) {
    it(says, () =>
      assert.deepEqual(
        parseTitle(title).map(({ build, ubr, kind, date }) => `${build}.${ubr} ${kind || '?'} ${date || '?'}`),
        expected,
      ),
    );
  }
});

describe('the release history', () => {
  it('reads Atom', async () =>
    assert.deepEqual(await read('windows11-update-history.atom'), [
      '26100.8655 5094126 standard 2026-06-09',
      '26100.8700 5099902 out-of-band 2026-06-16',
      '26100.8760 5099901 preview 2026-06-23',
      '26100.8800 5099903 hotpatch 2026-07-14',
      '26200.8655 5094126 standard 2026-06-09',
    ]));

  it('reads the release-health page: rows without a KB are no updates', async () =>
    assert.deepEqual(await read('windows11-release-information.html'), [
      '26100.8590 5099905 out-of-band 2026-05-20',
      '26100.8600 5099904 preview 2026-05-26',
      '26100.8655 5094126 standard 2026-06-09',
    ]));

  it('adds up parts, whatever their order', async () => {
    const names = ['windows11-update-history.atom', 'windows11-release-information.html', 'build-history.json'];
    const [first, second, third] = await Promise.all(
      names.map((name) => releaseHistory.read(name, readFileSync(new URL(`./fixtures/${name}`, import.meta.url)))),
    );
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const forwards = releaseHistory.combine(releaseHistory.combine(first, second), third);
    const backwards = releaseHistory.combine(releaseHistory.combine(third, second), first);
    assert.deepEqual(forwards.data, backwards.data);
    assert.equal(forwards.data.releases.length, 9);
    assert.equal(forwards.date, '2026-06-24T17:00:00Z');
  });

  it('reads a collection of all of Windows 10 and later', needsShared(), async () => {
    const file = sharedPath('dataforgeeks', 'win-buildnumbers.json');
    const { date, data } = await releaseHistory.read(file, readFileSync(file));
    assert.equal(date, '2026-08-12T01:09:51Z');
    const june = data.releases.filter(({ kb }) => kb === '5094126');
    assert.deepEqual([...new Set(june.map(({ kind, ubr }) => `${kind} ${ubr}`))], ['standard 8655']);
    assert.ok(data.releases.length > 1500);
  });
});
