import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { killOnPostgres, killOnSqlite } from '../support/kill-rounds.ts';
import { PostgresCluster, whyNoPostgres } from '../support/postgres.ts';

// `npm run test:soak` says more rounds.
const rounds = Number(process.env['KBGAP_TEST_ROUNDS'] ?? 5);
const missing = whyNoPostgres();
const cluster = missing === undefined ? await PostgresCluster.start({ after }) : undefined;
const skip = process.platform === 'win32' ? 'needs SIGKILL' : false;

describe('killed under load, every report that was answered is there once, and counts are right', () => {
  it('a server on SQLite', { skip, timeout: 3_600_000 }, async (t) => {
    const load = await killOnSqlite(t, { rounds, reports: rounds * 2000 });
    t.diagnostic(`${load.acknowledged} reports answered, ${load.failed} requests failed`);
    assert.ok(load.acknowledged >= rounds * 2000);
  });

  it('one of two servers and the PostgreSQL server', { skip: missing ?? skip, timeout: 3_600_000 }, async (t) => {
    assert.ok(cluster);
    await cluster.createDatabase('killed');
    const load = await killOnPostgres(t, { rounds, reports: rounds * 2000 }, { cluster, database: 'killed' });
    t.diagnostic(`${load.acknowledged} reports answered, ${load.failed} requests failed`);
    assert.ok(load.acknowledged >= rounds * 2000);
  });
});
