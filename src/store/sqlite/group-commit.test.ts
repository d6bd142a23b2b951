import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { describe, it } from 'node:test';
import type { CountChange } from '../store.ts';
import { GroupCommit } from './group-commit.ts';

const change: CountChange = { tenantId: 't', deviceGroup: '', patchStateId: 's', devices: 1 };

interface Opened {
  readonly database: DatabaseSync;
  readonly writes: GroupCommit;
  /** Changes of each commit. */
  readonly commits: (readonly CountChange[])[];
  insert(value: number): Promise<number>;
}

/** A table of numbers; 0 is refused at once, a negative one (an unknown parent) only when its transaction commits. */
function open(): Opened {
  const database = new DatabaseSync(':memory:');
  database.exec(`CREATE TABLE parent (id INTEGER PRIMARY KEY);
    CREATE TABLE number (value INTEGER CHECK (value <> 0), parent INTEGER REFERENCES parent DEFERRABLE INITIALLY DEFERRED)`);
  const commits: (readonly CountChange[])[] = [];
  const writes = new GroupCommit(database, (changes) => commits.push(changes));
  const insert = (value: number): Promise<number> =>
    writes.add((changes) => {
      changes.push(change);
      database.prepare('INSERT INTO number VALUES (?, ?)').run(value, value < 0 ? value : null);
      return value;
    });
  return { database, writes, commits, insert };
}

function valuesOf(database: DatabaseSync): readonly unknown[] {
  return database
    .prepare('SELECT value FROM number ORDER BY value')
    .all()
    .map(({ value }) => value);
}

describe('group commit', () => {
  it('commits what arrives in one turn together, and tells of it before any promise resolves', async () => {
    const { database, commits, insert } = open();
    const seen = [3, 1, 2].map((value) => insert(value).then(() => commits.length));
    assert.deepEqual(valuesOf(database), []);
    assert.deepEqual(await Promise.all(seen), [1, 1, 1]);
    assert.deepEqual(commits, [[change, change, change]]);
    assert.deepEqual(valuesOf(database), [1, 2, 3]);
  });

  it('takes back only the write that failed, with its changes', async () => {
    const { database, commits, insert } = open();
    const results = await Promise.allSettled([1, 0, 2].map(insert));
    assert.deepEqual(
      results.map(({ status }) => status),
      ['fulfilled', 'rejected', 'fulfilled'],
    );
    assert.deepEqual(commits, [[change, change]]);
    assert.deepEqual(valuesOf(database), [1, 2]);
  });

  it('refuses all where the commit fails, and goes on after it', async () => {
    const { database, commits, insert } = open();
    const results = await Promise.allSettled([1, -5].map(insert));
    for (const result of results) {
      assert.ok(result.status === 'rejected' && result.reason instanceof Error && 'code' in result.reason);
      assert.equal(result.reason.code, 'store-write');
    }
    assert.deepEqual(commits, []);
    assert.equal(await insert(7), 7);
    assert.deepEqual(valuesOf(database), [7]);
  });

  it('commits more than a turn may take in several', async () => {
    const { commits, insert } = open();
    await Promise.all(Array.from({ length: 1201 }, (_, n) => insert(n + 1)));
    assert.deepEqual(
      commits.map(({ length }) => length),
      [500, 500, 201],
    );
  });

  it('commits all that is queued when it closes', async () => {
    const { database, writes, insert } = open();
    const queued = Array.from({ length: 600 }, (_, n) => insert(n + 1));
    writes.close();
    assert.equal(valuesOf(database).length, 600);
    await Promise.all(queued);
    await assert.rejects(insert(1), { code: 'store-closed' });
  });
});
