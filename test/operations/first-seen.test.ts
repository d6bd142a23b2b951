import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { diffCatalogue } from '../../src/operations/diff-catalogue.ts';
import { DocumentHistory } from '../../src/operations/document-history.ts';
import { exportBundle } from '../../src/operations/export-bundle.ts';
import { importBundle } from '../../src/operations/import-bundle.ts';
import { importCatalogue } from '../../src/operations/import-catalogue.ts';
import type { ImportOptions } from '../../src/operations/import-catalogue.ts';
import { listRevisions } from '../../src/operations/list-revisions.ts';
import { verifyBundle } from '../../src/operations/verify-bundle.ts';
import { advisoryXml } from '../support/advisory-xml.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const morning = new Date('2020-04-15T08:00:00Z');
const evening = new Date('2020-04-15T20:00:00.250Z');
const first = { id: '2020-Apr', revisedAt: '2020-04-14T07:00:00Z', kbs: ['4549951'] };
const second = { ...first, revisedAt: '2020-04-15T18:00:00Z', kbs: ['4549951', '4550961'] };

type Test = Parameters<typeof temporaryFolder>[0];

function folderOf(data: string): CatalogueFolder {
  return new CatalogueFolder(data, loadCorrections());
}

async function takeIn(data: string, advisory: typeof first, options: ImportOptions): Promise<void> {
  const file = `${data}-${Date.parse(advisory.revisedAt)}.xml`;
  writeFileSync(file, advisoryXml(advisory));
  await importCatalogue(folderOf(data), [file], options);
}

/** Two revisions of one day. */
async function twice(test: Test): Promise<string> {
  const data = join(temporaryFolder(test), 'data');
  await takeIn(data, first, { now: morning });
  await takeIn(data, second, { now: evening });
  return data;
}

describe('when a revision was first seen', () => {
  it('is kept to the instant', async (t) => {
    const data = await twice(t);
    const revisions = await listRevisions(folderOf(data));
    assert.deepEqual(
      revisions.map(({ revisedAt, seenOn, seenAt }) => [revisedAt, seenOn, seenAt]),
      [
        [first.revisedAt, '2020-04-15', '2020-04-15T08:00:00.000Z'],
        [second.revisedAt, '2020-04-15', '2020-04-15T20:00:00.250Z'],
      ],
    );
  });

  it('tells revisions of one day apart', async (t) => {
    const data = await twice(t);
    const ways: readonly [before: string, after: string, added: readonly string[]][] = [
      ['2020-Apr@2020-04-15T08:00:00Z', '2020-Apr@2020-04-15T20:01:00Z', ['4550961']],
      ['2020-Apr@2020-04-15T12:00Z', '2020-Apr@2020-04-15', ['4550961']],
      ['2020-04-15T20:00:00Z', '2020-04-15T20:00:00.250Z', ['4550961']],
      ['2020-Apr@2020-04-15', '2020-Apr@2020-04-16T00:00:00Z', []],
    ];
    for (const [before, after, added] of ways)
      assert.deepEqual(
        (await diffCatalogue(folderOf(data), { a: before, b: after })).kbs.added,
        added,
        `${before} ${after}`,
      );
    await assert.rejects(
      diffCatalogue(folderOf(data), { a: '2020-Apr@2020-04-15T07:59:59Z', b: '2020-Apr' }),
      /had been seen by/,
    );
    for (const time of ['2020-04-15T25:00:00Z', '2020-02-30T10:00:00Z', 'noon'])
      await assert.rejects(
        diffCatalogue(folderOf(data), { a: `2020-Apr@${time}`, b: '2020-Apr' }),
        /expected a date behind @/,
      );
  });

  it('comes out of a bundle as it went in', async (t) => {
    const data = await twice(t);
    const file = join(data, '..', 'all.kbgap');
    await exportBundle(data, file);
    const site = join(data, '..', 'site');
    importBundle(site, file, { key: verifyBundle(file).signer });
    const history = (each: string): readonly object[] => new DocumentHistory(folderOf(each).documentFolder).list();
    assert.deepEqual(new Set(history(site)), new Set(history(data)));
  });

  it('is a day alone where an earlier version noted it, or an operator says so', async (t) => {
    const data = await twice(t);
    const { documentFolder } = folderOf(data);
    const history = new DocumentHistory(documentFolder);
    const [noted] = history.list();
    appendFileSync(join(documentFolder, 'seen.jsonl'), `${JSON.stringify({ ...noted, seenAt: undefined })}\n`);
    assert.equal(history.list()[0]?.seenAt, morning.toISOString(), 'the instant says more than its day');
    await takeIn(data, first, { seenOn: '2020-04-14' });
    assert.deepEqual(
      history.list().map(({ seenOn, seenAt }) => [seenOn, seenAt]),
      [
        ['2020-04-14', undefined],
        ['2020-04-15', evening.toISOString()],
      ],
    );
    assert.equal(history.newestKnownAt('2020-04-14T00:00:00Z').length, 1);
    const lines = readFileSync(join(documentFolder, 'seen.jsonl'), 'utf8').trim().split('\n');
    assert.equal(lines.length, 2, 'each revision once');
  });
});
