import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { acceptQuarantined } from '../../src/operations/accept-quarantined.ts';
import { exportBundle } from '../../src/operations/export-bundle.ts';
import { Quarantine } from '../../src/operations/quarantine.ts';
import { readSyncStatus } from '../../src/operations/sync-status.ts';
import { verifyFolder } from '../../src/operations/verify-folder.ts';
import { madeUpDocument } from '../support/published-documents.ts';
import type { Misbehaviour } from '../support/publisher.ts';
import { monthsUpTo, syncedFolder } from '../support/synced-folder.ts';
import type { SyncedFolder } from '../support/synced-folder.ts';

const now = new Date('2026-07-05T12:00:00Z');
const listed = monthsUpTo(now);
const later = '2026-07-04T08:00:00';
const may = madeUpDocument({ month: 'May', cves: 11, revisedAt: later });
const june = madeUpDocument({ month: 'Jun', cves: 12, revisedAt: later });

async function synced(test: Parameters<typeof syncedFolder>[0]): Promise<SyncedFolder> {
  const made = await syncedFolder(test, listed, now);
  await made.sync();
  made.publisher.takeRequests();
  return made;
}

function held({ folder }: SyncedFolder, id: string): string | undefined {
  return folder.loadCurrent().catalogue.documents.find((each) => each.id === id)?.currentReleaseAt;
}

describe('an answer that was wrong once', () => {
  const answers: readonly [says: string, how: Misbehaviour, attempts: number][] = [
    ['half a document', { kind: 'truncated' }, 1],
    ['half of a gzip stream', { kind: 'cut-packed', encoding: 'gzip' }, 2],
    ['half of a brotli stream', { kind: 'cut-packed', encoding: 'br' }, 2],
    ['a cut body', { kind: 'cut' }, 2],
    ['another month', { kind: 'other', document: may }, 1],
  ];
  for (const [says, how, attempts] of answers) {
    it(`${says}: the next sync brings the document`, async (t) => {
      const made = await synced(t);
      made.publisher.publish(june);
      made.publisher.misbehave('2026-Jun', how, attempts);
      await made.sync();
      assert.equal(held(made, '2026-Jun'), '2026-06-09T07:00:00Z');
      await made.sync();
      assert.equal(held(made, '2026-Jun'), `${later}Z`);
      assert.deepEqual(new Quarantine(made.folder.path).list(), []);
    });
  }

  it('a compressed stream that was cut is asked for again at once', async (t) => {
    const made = await synced(t);
    made.publisher.publish(june);
    made.publisher.misbehave('2026-Jun', { kind: 'cut-packed', encoding: 'gzip' }, 1);
    assert.deepEqual((await made.sync()).quarantined, []);
    assert.equal(held(made, '2026-Jun'), `${later}Z`);
  });

  it('of a month that is not held yet, and dropped from quarantine: the next sync brings it', async (t) => {
    const winter = new Date('2026-12-20T12:00:00Z');
    const made = await syncedFolder(t, monthsUpTo(winter), winter);
    made.publisher.misbehave('2026-Dec', { kind: 'truncated' }, 1);
    await made.sync();
    assert.equal(held(made, '2026-Dec'), undefined, 'nor has the starter catalogue one');
    new Quarantine(made.folder.path).drop('2026-Dec');
    const { updated, quarantined } = await made.sync();
    assert.deepEqual([updated.map(({ id }) => id), quarantined], [['2026-Dec'], []]);
  });

  it('and comes again after it was dropped is passed over, and that is told', async (t) => {
    const made = await synced(t);
    made.publisher.publish(june);
    made.publisher.misbehave('2026-Jun', { kind: 'truncated' });
    await made.sync();
    new Quarantine(made.folder.path).drop('2026-Jun');
    const { quarantined, newlyQuarantined, discarded } = await made.sync();
    assert.deepEqual([quarantined, newlyQuarantined, discarded], [[], [], ['2026-Jun']]);
    made.publisher.behave();
    assert.deepEqual((await made.sync()).discarded, []);
    assert.equal(held(made, '2026-Jun'), `${later}Z`);
  });

  it('too large to be any document: it is set apart, and the others come in', async (t) => {
    const made = await synced(t);
    const blank = Buffer.alloc(70 * 1024 * 1024, ' ');
    made.publisher.publish({ ...june, json: () => blank, xml: () => blank }, may);
    const { updated, quarantined } = await made.sync();
    assert.deepEqual(
      [updated.map(({ id }) => id), quarantined.map(({ id, kind }) => [id, kind])],
      [['2026-May'], [['2026-Jun', 'unreadable']]],
    );
  });
});

describe('a document that another month is answered with', () => {
  for (const [says, isNew] of [
    ['new', true],
    ['revised', false],
  ] as const) {
    it(`in the sync in which it is ${says} stays kept`, async (t) => {
      const made = isNew ? await syncedFolder(t, listed, now) : await synced(t);
      made.publisher.publish(may, june);
      made.publisher.misbehave('2026-Jun', { kind: 'other', document: may });
      const { quarantined } = await made.sync();
      assert.deepEqual(
        quarantined.map(({ id, kind }) => [id, kind]),
        [['2026-Jun', 'other-month']],
      );
      assert.equal(held(made, '2026-May'), `${later}Z`);
      assert.deepEqual((await verifyFolder(made.data)).problems, []);
      if (!isNew) await exportBundle(made.data, join(made.data, 'all.kbgap'));
    });
  }

  it('that two months are answered with is kept in quarantine once, whole, until both are done with', async (t) => {
    const made = await synced(t);
    const foreign = madeUpDocument({ month: 'Jul', revisedAt: later });
    made.publisher.publish(may, june);
    for (const id of ['2026-May', '2026-Jun']) made.publisher.misbehave(id, { kind: 'other', document: foreign });
    const { quarantined } = await made.sync();
    const [first, second] = quarantined;
    assert.ok(first !== undefined && second !== undefined && first.hash === second.hash);
    const quarantine = new Quarantine(made.folder.path);
    const bytes = (): Buffer => zstdDecompressSync(readFileSync(quarantine.fileOf(first.hash)));
    assert.deepEqual(bytes(), foreign.json());
    quarantine.drop('2026-May');
    assert.deepEqual(bytes(), foreign.json());
    await acceptQuarantined(made.folder, '2026-Jun', now);
    assert.equal(held(made, '2026-Jul'), `${later}Z`);
    assert.deepEqual((await verifyFolder(made.data)).problems, []);
  });

  it('bytes that were lost from quarantine come back with the next answer', async (t) => {
    const made = await synced(t);
    made.publisher.publish(june);
    made.publisher.misbehave('2026-Jun', { kind: 'other', document: may });
    const [document] = (await made.sync()).quarantined;
    const quarantine = new Quarantine(made.folder.path);
    writeFileSync(quarantine.fileOf(document?.hash ?? ''), zstdCompressSync(Buffer.alloc(0)));
    await made.sync();
    assert.deepEqual(Buffer.from(quarantine.read(document?.hash ?? '') ?? []), may.json());
  });
});

describe('what a sync says of quarantine', () => {
  it('all that is in it, with every sync, and which of it is news once', async (t) => {
    const made = await synced(t);
    made.publisher.publish(madeUpDocument({ month: 'Jun', cves: 9, revisedAt: '2026-06-08T07:00:00' }));
    for (const news of [['2026-Jun'], [], []]) {
      const { quarantined, newlyQuarantined } = await made.sync();
      assert.deepEqual(
        quarantined.map(({ id, kind }) => [id, kind]),
        [['2026-Jun', 'older']],
      );
      assert.deepEqual(newlyQuarantined, news);
    }
  });

  it('that the starter catalogue’s revision stays in force, where that serves', async (t) => {
    const made = await syncedFolder(t, listed, now);
    made.publisher.publish(madeUpDocument({ month: 'Jun', revisedAt: '2036-07-04T08:00:00' }));
    for (const { id } of listed) if (id !== '2026-Jun') made.publisher.misbehave(id, { kind: 'status', status: 500 });
    const [alone] = (await made.sync()).quarantined;
    assert.ok((alone?.held?.vulnerabilities ?? 0) > 1000, 'nothing came in: it serves as a whole');
    made.publisher.behave();
    new Quarantine(made.folder.path).drop('2026-Jun');
    made.publisher.publish(madeUpDocument({ month: 'Jun', revisedAt: '2036-07-05T08:00:00' }));
    const [lent] = (await made.sync()).quarantined;
    assert.ok((lent?.held?.vulnerabilities ?? 0) > 1000, 'it lends the month');
  });
});

describe('a publisher that asks to be left alone', () => {
  const revised = (): ReturnType<typeof madeUpDocument>[] =>
    ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun'].map((month) => madeUpDocument({ month, cves: 11, revisedAt: later }));

  it('for some seconds is asked after these, and all comes in', async (t) => {
    const made = await synced(t);
    made.publisher.publish(...revised());
    made.publisher.misbehave('2026-Feb', { kind: 'status', status: 429, retryAfter: '30' }, 1);
    const { failed, updated } = await made.sync();
    assert.deepEqual([failed, updated.length], [[], 6]);
    assert.ok(made.waits.length > 0 && made.waits.every((ms) => ms >= 30_000), made.waits.join(', '));
    assert.equal(readSyncStatus(made.folder.path)?.notBefore, null);
  });

  it('for an hour is asked for nothing more, and each document that was not asked for is named', async (t) => {
    const made = await synced(t);
    made.publisher.publish(...revised());
    for (const { id } of revised()) made.publisher.misbehave(id, { kind: 'status', status: 429, retryAfter: '3600' });
    const { failed } = await made.sync();
    assert.deepEqual(
      failed.map(({ id }) => id),
      ['2026-Apr', '2026-Feb', '2026-Jan', '2026-Jun', '2026-Mar', '2026-May'],
    );
    assert.ok(made.publisher.takeRequests().length <= 5, 'the list, and what was under way');
    assert.deepEqual(made.waits, []);
    for (const { reason } of failed)
      assert.match(reason, /asked again in 3600 s|not asked: .* left alone until 2026-07-05T13:00:00Z/);
    assert.equal(readSyncStatus(made.folder.path)?.notBefore, '2026-07-05T13:00:00.000Z');
  });

  const at = (time: string): Date => new Date(`2026-07-05T${time}Z`);
  const asked = async (t: TestContext): ReturnType<typeof synced> => {
    const made = await synced(t);
    made.publisher.misbehave('updates', { kind: 'status', status: 503, retryAfter: '3600' }, 1);
    await assert.rejects(made.sync(), /asked again in 3600 s/);
    made.publisher.takeRequests();
    return made;
  };

  it('is left alone by the next sync too, which says until when, however often one is tried', async (t) => {
    const made = await asked(t);
    for (const time of ['12:01:00', '12:54:59', '12:54:59']) {
      await assert.rejects(made.sync(at(time)), /updates: not asked: .* left alone until 2026-07-05T13:00:00Z/);
      assert.equal(readSyncStatus(made.folder.path)?.notBefore, '2026-07-05T13:00:00.000Z');
    }
    assert.deepEqual([made.publisher.takeRequests(), made.waits], [[], []]);
  });

  it('is waited for where that is not long', async (t) => {
    const made = await asked(t);
    const { failed } = await made.sync(at('12:58:00'));
    assert.deepEqual([failed, made.waits, made.publisher.takeRequests()], [[], [120_000], ['updates']]);
    assert.equal(readSyncStatus(made.folder.path)?.notBefore, null);
  });

  it('is asked at once when that is over, or on request', async (t) => {
    for (const [time, atOnce] of [
      ['13:00:00', false],
      ['12:01:00', true],
    ] as const) {
      const made = await asked(t);
      await made.sync(at(time), { atOnce });
      assert.deepEqual([made.waits, made.publisher.takeRequests()], [[], ['updates']]);
      assert.equal(readSyncStatus(made.folder.path)?.notBefore, null);
    }
  });
});
