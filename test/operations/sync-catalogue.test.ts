import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { DocumentHistory } from '../../src/operations/document-history.ts';
import { FolderLock } from '../../src/operations/folder-lock.ts';
import { importCatalogue } from '../../src/operations/import-catalogue.ts';
import { Quarantine } from '../../src/operations/quarantine.ts';
import { readSyncStatus } from '../../src/operations/sync-status.ts';
import { syncCatalogue } from '../../src/operations/sync-catalogue.ts';
import type { CatalogueSync } from '../../src/operations/sync-catalogue.ts';
import { madeUpDocument, realDocument } from '../support/published-documents.ts';
import { Publisher } from '../support/publisher.ts';
import type { Misbehaviour } from '../support/publisher.ts';
import { needsShared, sharedPath } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = new Date('2026-07-05T12:00:00Z');
const months = ['Apr', 'May', 'Jun'].map((month) => madeUpDocument({ month }));
/** A list that lacks no month of the last two years. */
const complete = [2024, 2025, 2026]
  .flatMap((year) =>
    ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'].map((month) =>
      madeUpDocument({ month, year, cves: 4 }),
    ),
  )
  .filter(({ initialReleaseAt }) => initialReleaseAt < now.toISOString());

interface Fixture {
  readonly folder: CatalogueFolder;
  readonly publisher: Publisher;
  readonly sync: (at?: Date, signal?: AbortSignal) => Promise<CatalogueSync>;
}

type Test = Parameters<typeof temporaryFolder>[0];

/** A publisher and a folder; waits are skipped, but for a limit of a tenth of a second on each request. */
async function fixture(test: Test, documents = months): Promise<Fixture> {
  const publisher = await Publisher.start(test, documents);
  const folder = new CatalogueFolder(temporaryFolder(test), loadCorrections());
  const sync = (at = now, signal?: AbortSignal): Promise<CatalogueSync> =>
    syncCatalogue(folder, {
      publisher: {
        baseUrl: publisher.url,
        http: {
          userAgent: 'kbgap-test',
          limits: { attempts: 2, requestTimeoutMs: 2000 },
          timing: { now: () => at, random: () => 0, sleep: async () => undefined },
        },
      },
      now: () => at,
      signal,
    });
  return { folder, publisher, sync };
}

/** The same, with everything taken in once. */
async function synced(test: Test, documents = months): Promise<Fixture & { readonly id: string }> {
  const made = await fixture(test, documents);
  const { catalogueId } = await made.sync();
  made.publisher.takeRequests();
  return { ...made, id: catalogueId ?? '' };
}

describe('catalog sync', () => {
  it('takes in all that is listed, in place of the starter catalogue', async (t) => {
    const { folder, sync } = await fixture(t);
    const result = await sync();
    assert.deepEqual(
      result.updated.map(({ id, replaced }) => [id, replaced]),
      [
        ['2026-Apr', null],
        ['2026-Jun', null],
        ['2026-May', null],
      ],
    );
    assert.deepEqual([result.failed, result.quarantined], [[], []]);
    assert.equal(folder.currentId(), result.catalogueId);
    assert.equal(folder.loadCurrent().catalogue.documents.length, 3);
    assert.deepEqual(readdirSync(join(folder.path, 'fetched')), ['fetched.jsonl'], 'nothing waits any more');
  });

  it('asks once where nothing is new and no month missing', async (t) => {
    const { publisher, folder, sync, id } = await synced(t, complete);
    const again = await sync();
    assert.deepEqual(publisher.takeRequests(), ['updates']);
    assert.equal(again.requests, 1);
    assert.equal(folder.currentId(), id);
  });

  it('fetches the revised document only', async (t) => {
    const { publisher, sync, id } = await synced(t, complete);
    publisher.publish(madeUpDocument({ month: 'Jun', cves: 6, revisedAt: '2026-07-04T08:00:00' }));
    const result = await sync();
    assert.deepEqual(publisher.takeRequests(), ['2026-Jun', 'updates']);
    assert.deepEqual(
      result.updated.map((each) => [each.id, each.replaced, each.revisedAt]),
      [['2026-Jun', '2026-06-09T07:00:00Z', '2026-07-04T08:00:00Z']],
    );
    assert.notEqual(result.catalogueId, id);
  });

  it('takes XML where there is no JSON', async (t) => {
    const { publisher, sync, folder } = await fixture(t);
    publisher.formats = 'xml';
    assert.equal((await sync()).updated.length, 3);
    assert.equal(folder.loadCurrent().catalogue.documents.length, 3);
  });

  it('asks by name for a month that the list lacks, and takes its revision', async (t) => {
    const { publisher, folder, sync, id } = await synced(t, complete);
    publisher.unlist('2026-Jun');
    assert.equal((await sync()).catalogueId, id);
    assert.deepEqual(publisher.takeRequests(), ['2026-Jun', 'updates']);
    publisher.publish(madeUpDocument({ month: 'Jun', cves: 7, revisedAt: '2026-07-04T08:00:00' }));
    const result = await sync();
    assert.deepEqual(
      result.updated.map((each) => each.id),
      ['2026-Jun'],
    );
    assert.deepEqual(result.unlisted, ['2026-Jun']);
    assert.equal(folder.loadCurrent().catalogue.documents.length, complete.length);
  });

  it('says where the list is ahead of what is served, as long as that lasts', async (t) => {
    const { publisher, folder, sync, id } = await synced(t, complete);
    const revised = madeUpDocument({ month: 'Jun', cves: 12, revisedAt: '2026-07-04T08:00:00' });
    publisher.publish({ ...madeUpDocument({ month: 'Jun', cves: 4 }), currentReleaseAt: revised.currentReleaseAt });
    const behind = [{ id: '2026-Jun', listedAt: '2026-07-04T08:00:00Z', servedAt: '2026-06-09T07:00:00Z' }];
    for (const how of [undefined, { kind: 'slow', pieces: 1, pauseMs: 1 } as const, undefined]) {
      publisher.behave();
      if (how !== undefined) publisher.misbehave('2026-Jun', how);
      const { behind: found, failed, catalogueId } = await sync();
      assert.deepEqual([found, failed, catalogueId], [behind, [], id]);
      assert.deepEqual(publisher.takeRequests(), ['2026-Jun', 'updates']);
    }
    assert.match(readSyncStatus(folder.path)?.message ?? '', /^2026-Jun: the list has a revision of 2026-07-04T08/);
    publisher.publish(revised);
    const { behind: none, updated } = await sync();
    assert.deepEqual([none, updated.map((each) => each.id)], [[], ['2026-Jun']]);
    assert.equal(readSyncStatus(folder.path)?.message, null);
  });

  it('takes "not modified" for no answer where it did not ask for that', async (t) => {
    const { publisher, sync } = await fixture(t, complete);
    publisher.misbehave('2026-Jun', { kind: 'slow', pieces: 1, pauseMs: 1 }); // sends no ETag
    await sync();
    publisher.publish(madeUpDocument({ month: 'Jun', cves: 12, revisedAt: '2026-07-04T08:00:00' }));
    publisher.misbehave('2026-Jun', { kind: 'status', status: 304 });
    assert.match((await sync()).failed[0]?.reason ?? '', /2026-Jun: expected the document 2026-Jun, got status 304/);
  });

  it('keeps a month that vanished from the list and from its address', async (t) => {
    const { publisher, folder, sync, id } = await synced(t, complete);
    publisher.withdraw('2026-Jun');
    const result = await sync();
    assert.deepEqual([result.failed, result.unlisted, result.catalogueId], [[], ['2026-Jun'], id]);
    assert.ok(folder.loadCurrent().catalogue.documents.some((each) => each.id === '2026-Jun'));
  });

  it('does not ask for a month before its second Tuesday is over', async (t) => {
    const { publisher, sync } = await synced(t, complete);
    await sync(new Date('2026-07-14T20:00:00Z'));
    assert.deepEqual(publisher.takeRequests(), ['updates']);
    await sync(new Date('2026-07-15T00:00:00Z'));
    assert.deepEqual(publisher.takeRequests(), ['2026-Jul', 'updates']);
  });
});

describe('a publisher that fails', () => {
  const revised = madeUpDocument({ month: 'Jun', cves: 12, revisedAt: '2026-07-04T08:00:00' });
  const anHourLater = new Date(now.getTime() + 60 * 60 * 1000);
  const cases: readonly [says: string, how: Misbehaviour, reason: RegExp][] = [
    ['500 for ever', { kind: 'status', status: 500 }, /got status 500/],
    ['404 for what it lists', { kind: 'status', status: 404 }, /got status 404/],
    ['429 for ever', { kind: 'status', status: 429, retryAfter: '3600' }, /got status 429/],
    ['a body that is cut', { kind: 'cut' }, /expected the document 2026-Jun, got /],
    ['a page of a portal', { kind: 'content-type', type: 'text/html' }, /type text\/html/],
    ['no answer', { kind: 'hang' }, /within 2 s/],
    ['a body too slow', { kind: 'slow', pieces: 100, pauseMs: 100 }, /within 2 s/],
    ['redirects in a ring', { kind: 'redirect-loop' }, /redirect/],
    ['a bomb', { kind: 'huge', bytes: 130 * 1024 * 1024 }, /at most 134217728 bytes/],
  ];
  for (const [says, how, reason] of cases) {
    it(`${says}: the document is named, the others come in, the held one stays; later it comes`, async (t) => {
      const { publisher, folder, sync, id } = await synced(t);
      publisher.publish(revised, madeUpDocument({ month: 'May', cves: 11, revisedAt: '2026-07-04T08:00:00' }));
      publisher.misbehave('2026-Jun', how);
      const result = await sync();
      assert.deepEqual(
        result.failed.map((each) => each.id),
        ['2026-Jun'],
      );
      assert.match(result.failed[0]?.reason ?? '', reason);
      assert.deepEqual(
        result.updated.map((each) => each.id),
        ['2026-May'],
      );
      assert.notEqual(result.catalogueId, id);
      assert.equal(revisionOf(folder, '2026-Jun'), '2026-06-09T07:00:00Z');
      publisher.behave();
      assert.deepEqual(
        (await sync(anHourLater)).updated.map((each) => each.id),
        ['2026-Jun'],
      );
    });
    it(`${says} in place of the list: nothing changes`, async (t) => {
      const { publisher, folder, sync, id } = await synced(t);
      publisher.publish(revised);
      publisher.misbehave('updates', how);
      await assert.rejects(sync(), (error: Error) => {
        assert.match(error.message, /updates: expected the list of documents/);
        return true;
      });
      assert.equal(folder.currentId(), id);
    });
  }

  it('500s that pass, and 429: all comes in', async (t) => {
    const { publisher, sync } = await fixture(t);
    publisher.misbehave('2026-Jun', { kind: 'status', status: 500 }, 1);
    publisher.misbehave('2026-May', { kind: 'status', status: 429, retryAfter: '30' }, 1);
    publisher.misbehave('updates', { kind: 'status', status: 503 }, 1);
    const result = await sync();
    assert.deepEqual([result.updated.length, result.failed], [3, []]);
  });

  it('nothing at all comes: the starter catalogue goes on serving', async (t) => {
    const { publisher, folder, sync } = await fixture(t);
    for (const { id } of months) publisher.misbehave(id, { kind: 'status', status: 500 });
    const result = await sync();
    assert.deepEqual([result.catalogueId, result.failed.length], [null, 3]);
    assert.equal(folder.loadCurrent().starter, true);
  });

  it('what the first sync cannot have stands in from the starter catalogue, and is asked for again', async (t) => {
    const { publisher, folder, sync } = await fixture(t);
    publisher.misbehave('2026-Jun', { kind: 'status', status: 500 });
    const first = await sync();
    assert.deepEqual(
      first.failed.map((each) => each.id),
      ['2026-Jun'],
    );
    const { documents } = folder.loadCurrent().catalogue;
    assert.ok((documents.find((each) => each.id === '2026-Jun')?.counts.vulnerabilities ?? 0) > 1000);
    publisher.behave();
    publisher.takeRequests();
    await sync();
    assert.ok(publisher.takeRequests().includes('2026-Jun'));
  });
});

describe('a document that must not be believed', () => {
  const later = '2026-07-04T08:00:00';
  const suspects: readonly [says: string, kind: string, spoil: (publisher: Publisher) => void][] = [
    [
      'without content',
      'empty',
      (publisher) => publisher.publish(madeUpDocument({ month: 'Jun', cves: 0, revisedAt: later })),
    ],
    [
      'collapsed',
      'collapsed',
      (publisher) => publisher.publish(madeUpDocument({ month: 'Jun', cves: 5, revisedAt: later })),
    ],
    [
      'older than the held one',
      'older',
      (publisher) => publisher.publish(madeUpDocument({ month: 'Jun', cves: 9, revisedAt: '2026-06-08T07:00:00' })),
    ],
    [
      'dated in the future',
      'future-date',
      (publisher) => publisher.publish(madeUpDocument({ month: 'Jun', revisedAt: '2036-07-04T08:00:00' })),
    ],
    [
      'with the title of another month',
      'other-month',
      (publisher) =>
        publisher.publish(madeUpDocument({ month: 'Jun', revisedAt: later, title: 'May 2026 Security Updates' })),
    ],
    [
      'of another month',
      'other-month',
      (publisher) => {
        publisher.publish(madeUpDocument({ month: 'Jun', revisedAt: later }));
        publisher.misbehave('2026-Jun', {
          kind: 'other',
          document: madeUpDocument({ month: 'May', revisedAt: later }),
        });
      },
    ],
    [
      'truncated',
      'unreadable',
      (publisher) => {
        publisher.publish(madeUpDocument({ month: 'Jun', revisedAt: later }));
        publisher.misbehave('2026-Jun', { kind: 'truncated' });
      },
    ],
  ];
  for (const [says, kind, spoil] of suspects) {
    it(`${says}: quarantined once, the held one stays, a good one ends it`, async (t) => {
      const { publisher, folder, sync, id } = await synced(t);
      const quarantine = new Quarantine(folder.path);
      spoil(publisher);
      const first = await sync();
      assert.deepEqual(
        first.quarantined.map((each) => [each.id, each.kind]),
        [['2026-Jun', kind]],
      );
      assert.deepEqual(first.newlyQuarantined, ['2026-Jun']);
      assert.equal(folder.currentId(), id);
      const [record] = quarantine.list();
      assert.ok(record !== undefined && existsSync(quarantine.fileOf(record.hash)));
      assert.equal(record.held?.vulnerabilities, 10);
      assert.match(record.source, /\/cvrf\/v3\.0\/cvrf\/2026-Jun$/);

      const second = await sync();
      assert.deepEqual(second.newlyQuarantined, [], 'said once');
      assert.equal(quarantine.list().length, 1, 'still there');
      assert.equal(folder.currentId(), id);

      publisher.behave();
      publisher.publish(madeUpDocument({ month: 'Jun', cves: 11, revisedAt: '2026-07-05T08:00:00' }));
      const good = await sync();
      assert.deepEqual([good.resolved, good.updated.map((each) => each.id)], [['2026-Jun'], ['2026-Jun']]);
      assert.deepEqual(quarantine.list(), []);
      assert.equal(existsSync(quarantine.fileOf(record.hash)), false);
      const known = new DocumentHistory(folder.documentFolder).list();
      assert.ok(!known.some(({ hash }) => hash === record.hash), 'what was not believed is no knowledge of then');
    });
  }

  it('a list that is back at the held revision ends it', async (t) => {
    const { publisher, folder, sync, id } = await synced(t);
    publisher.publish(madeUpDocument({ month: 'Jun', cves: 9, revisedAt: '2026-06-08T07:00:00' }));
    await sync();
    publisher.publish(madeUpDocument({ month: 'Jun' }));
    assert.deepEqual((await sync()).resolved, ['2026-Jun']);
    assert.equal(folder.currentId(), id);
  });

  it('a list that stays behind is asked about once', async (t) => {
    const { publisher, sync } = await synced(t, complete);
    publisher.publish(madeUpDocument({ month: 'Jun', cves: 4, revisedAt: '2026-06-08T07:00:00' }));
    assert.deepEqual((await sync()).newlyQuarantined, ['2026-Jun']);
    publisher.takeRequests();
    await sync();
    assert.deepEqual(publisher.takeRequests(), ['updates']);
  });

  it('an empty document that was always empty is taken', async (t) => {
    const empty = madeUpDocument({ month: 'May', year: 2017, cves: 0 });
    const { folder, sync } = await fixture(t, [
      ...months,
      { ...empty, id: '2017-May-B', xml: () => spelled(empty.xml()), json: () => spelled(empty.json()) },
    ]);
    const result = await sync();
    assert.deepEqual(result.quarantined, []);
    assert.equal(folder.loadCurrent().catalogue.documents.length, 4);
  });
});

describe('interrupted and side by side', () => {
  it('an interrupted sync goes on where it was', async (t) => {
    const { publisher, folder, sync } = await fixture(t);
    publisher.misbehave('2026-Jun', { kind: 'hang' });
    const stop = new AbortController();
    const interrupted = sync(now, stop.signal);
    const seen = setInterval(() => {
      const kept = join(folder.path, 'fetched', 'fetched.jsonl');
      if (existsSync(kept) && readFileSync(kept, 'utf8').split('\n').length > 2) stop.abort(new Error('interrupted'));
    }, 5);
    await assert.rejects(interrupted, /interrupted/);
    clearInterval(seen);
    assert.equal(folder.currentId(), undefined);
    publisher.behave();
    publisher.takeRequests();
    appendFileSync(join(folder.path, 'fetched', 'fetched.jsonl'), '{"id":"2026-');
    assert.equal((await sync()).updated.length, 3);
    const asked = publisher.takeRequests().filter((each) => /2026-(?:Apr|May|Jun)/.test(each));
    assert.deepEqual(asked, ['2026-Jun'], 'the others were at hand');
  });

  it('one at a time for a data folder', async (t) => {
    const { folder, sync } = await fixture(t);
    const lock = await FolderLock.acquire(folder.path, 'sync', { waitMs: 0, doing: 'syncing' });
    await assert.rejects(sync(), /another process is syncing the catalogue/);
    lock.release();
    assert.equal((await sync()).updated.length, 3);
  });
});

describe('what the publisher did in July 2026', needsShared(), () => {
  const list = (name: string): Buffer => gunzipSync(readFileSync(sharedPath('cvrf-anomalies', name)));
  const whole = '2026-Jun.a-1279-vulns.xml.gz';
  const shrunken = '2026-Jun.b-1205-vulns-older-date.xml.gz';

  it('June is never lost, the older June never accepted, a later good one is', async (t) => {
    const { publisher, folder, sync } = await fixture(t, [
      realDocument('cvrf', '2026-May.xml.gz'),
      realDocument('cvrf-anomalies', whole),
    ]);
    const june = (): number =>
      folder.loadCurrent().catalogue.documents.find((each) => each.id === '2026-Jun')?.counts.vulnerabilities ?? 0;
    await sync();
    assert.equal(june(), 1279);

    for (const captured of [
      'updates-1-before.json.gz',
      'updates-2-june-missing.json.gz',
      'updates-3-june-back.json.gz',
    ]) {
      publisher.useList(list(captured));
      const result = await sync();
      assert.equal(june(), 1279, captured);
      assert.deepEqual(result.quarantined, [], captured);
      assert.equal(result.unlisted.includes('2026-Jun'), captured.includes('missing'));
    }

    publisher.useList(undefined);
    publisher.publish(realDocument('cvrf-anomalies', shrunken));
    const relapse = await sync();
    assert.equal(june(), 1279);
    assert.deepEqual(
      relapse.quarantined.map(({ id, kind, reason }) => [id, kind, reason]),
      [
        [
          '2026-Jun',
          'older',
          'expected a revision of 2026-07-04T01:03:27Z or later, got one of 2026-07-02T07:00:00Z (1205 vulnerabilities against 1279)',
        ],
      ],
    );

    publisher.publish(realDocument('cvrf', '2026-Jun.xml.gz'));
    const good = await sync(new Date('2026-07-06T12:00:00Z'));
    assert.deepEqual([june(), good.resolved], [1279, ['2026-Jun']]);
    assert.equal(revisionOf(folder, '2026-Jun'), '2026-07-05T14:46:17Z');
  });

  it('an import of the shrunken June is quarantined too, unless it is trusted', async (t) => {
    const folder = new CatalogueFolder(temporaryFolder(t), loadCorrections());
    const { catalogueId } = await importCatalogue(folder, [sharedPath('cvrf-anomalies', whole)]);
    const back = await importCatalogue(folder, [sharedPath('cvrf-anomalies', shrunken)]);
    assert.deepEqual(
      back.quarantined.map(({ kind }) => kind),
      ['older'],
    );
    assert.equal(folder.currentId(), catalogueId);
    const trusted = await importCatalogue(folder, [sharedPath('cvrf-anomalies', shrunken)], { trust: true });
    assert.notEqual(trusted.catalogueId, catalogueId);
    assert.deepEqual(new Quarantine(folder.path).list(), []);
  });
});

function revisionOf(folder: CatalogueFolder, id: string): string | undefined {
  return folder.loadCurrent().catalogue.documents.find((each) => each.id === id)?.currentReleaseAt;
}

function spelled(bytes: Buffer): Buffer {
  return Buffer.from(bytes.toString().replaceAll('2017-May', '2017-May-B'));
}
