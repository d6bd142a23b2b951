import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { NodeIdentity, NodeResult } from '../../src/store/osquery-store.ts';
import type { Store, Tenant } from '../../src/store/store.ts';
import { newTenant } from './device-reports.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';
import { databasesOfThisRun, type DatabaseOfThisRun } from './databases.ts';

const at = '2026-06-10T08:00:00.000Z';

for (const database of databasesOfThisRun) {
  describe(`osquery's rows on ${database.name}`, () => {
    it('keep a secret until it is revoked, with the first instant of that', async (t) => {
      const { store, tenant, other } = await openNew(t, database);
      const secret = {
        tenantId: tenant.id,
        id: 's1',
        name: 'autumn',
        secretHash: Buffer.from('hash'),
        createdAt: at,
        revokedAt: null,
      };
      await store.osquery.saveEnrollSecret(secret);
      assert.equal(await store.osquery.revokeEnrollSecret(other.id, 's1', at), undefined);
      assert.deepEqual(
        store.osquery.listEnrollSecrets().map(({ revokedAt }) => revokedAt),
        [null],
      );
      await store.osquery.revokeEnrollSecret(tenant.id, 's1', at);
      const again = await store.osquery.revokeEnrollSecret(tenant.id, 's1', '2026-07-01T00:00:00.000Z');
      assert.deepEqual({ ...again, secretHash: Buffer.from(again?.secretHash ?? []) }, { ...secret, revokedAt: at });
    });

    it('keep a node with its results when it enrols again, and know both apart by tenant', async (t) => {
      const { store, tenant, other } = await openNew(t, database);
      await store.osquery.saveNode(node(tenant, 'n1'));
      await store.osquery.saveNode(node(other, 'n1', { hostName: 'theirs' }));
      assert.equal(await store.osquery.changeNodeResults(tenant.id, 'n1', () => [result('q', 'a')]), true);
      await store.osquery.saveApplied(tenant.id, 'n1', {
        appliedRevision: 1,
        appliedAt: at,
        factsHash: 'f',
        deviceId: 'd',
      });
      await store.osquery.revokeNodes(tenant.id, { nodeId: 'n1' }, at);
      assert.equal((await store.osquery.findNode(tenant.id, 'n1'))?.revokedAt, at);
      await store.osquery.saveNode(
        node(tenant, 'n1', { keyHash: Buffer.from('new'), enrolledAt: '2026-07-01T00:00:00.000Z' }),
      );
      const { keyHash, ...kept } = (await store.osquery.findNode(tenant.id, 'n1')) ?? {};
      assert.deepEqual(Buffer.from(keyHash ?? []).toString(), 'new');
      const { keyHash: _, ...identity } = node(tenant, 'n1', { enrolledAt: '2026-07-01T00:00:00.000Z' });
      assert.deepEqual(kept, {
        ...identity,
        revokedAt: null,
        resultsRevision: 1,
        appliedRevision: 1,
        appliedAt: at,
        factsHash: 'f',
        deviceId: 'd',
      });
      assert.deepEqual(await store.osquery.listNodeResults(other.id, 'n1'), []);
      assert.deepEqual(
        (await store.osquery.findNodesByIdentifier(other.id, 'uuid')).map(({ hostName }) => hostName),
        ['theirs'],
      );
      assert.deepEqual(
        (await store.osquery.listNodes(tenant.id)).map(({ id }) => id),
        ['n1'],
      );
    });

    it('revoke all nodes of a secret and no others', async (t) => {
      const { store, tenant, other } = await openNew(t, database);
      await store.osquery.saveNode(node(tenant, 'n1'));
      await store.osquery.saveNode(node(tenant, 'n2'));
      await store.osquery.saveNode(node(tenant, 'n3', { secretId: 's2' }));
      await store.osquery.saveNode(node(other, 'n1'));
      assert.equal(await store.osquery.revokeNodes(tenant.id, { secretId: 's1' }, at), 2);
      assert.equal(await store.osquery.revokeNodes(tenant.id, { secretId: 's1' }, at), 0);
      assert.equal((await store.osquery.findNode(tenant.id, 'n3'))?.revokedAt, null);
      assert.equal((await store.osquery.findNode(other.id, 'n1'))?.revokedAt, null);
    });

    it('change results in one transaction: nobody sees half of it, nothing is lost', async (t) => {
      const { store, tenant } = await openNew(t, database);
      await store.osquery.saveNode(node(tenant, 'n1'));
      const count = (kept: readonly NodeResult[]): readonly NodeResult[] => [
        result('q', String(Number(kept[0]?.hash ?? 0) + 1)),
      ];
      await Promise.all(Array.from({ length: 50 }, () => store.osquery.changeNodeResults(tenant.id, 'n1', count)));
      assert.equal((await store.osquery.listNodeResultHeads(tenant.id, 'n1'))[0]?.hash, '50');
      assert.equal((await store.osquery.findNode(tenant.id, 'n1'))?.resultsRevision, 50);
      assert.equal(await store.osquery.changeNodeResults(tenant.id, 'n1', () => []), false);
      await assert.rejects(
        store.osquery.changeNodeResults(tenant.id, 'n1', () => {
          throw new Error('no');
        }),
        /no/,
      );
      assert.equal((await store.osquery.findNode(tenant.id, 'n1'))?.resultsRevision, 50);
    });
  });
}

function node(tenant: Tenant, id: string, more: Partial<NodeIdentity> = {}): NodeIdentity {
  return {
    tenantId: tenant.id,
    id,
    keyHash: Buffer.from('key'),
    secretId: 's1',
    hostIdentifier: 'uuid',
    hostName: 'PC',
    hardwareId: null,
    serialNumber: 'S',
    isWindows: true,
    enrolledAt: at,
    ...more,
  };
}

function result(query: string, hash: string): NodeResult {
  return { query, hash, content: Buffer.from(hash), receivedAt: at };
}

async function openNew(
  t: TestContext,
  database: DatabaseOfThisRun,
): Promise<{ readonly store: Store; readonly tenant: Tenant; readonly other: Tenant }> {
  const store = await database.open(temporaryFolder(t));
  t.after(() => store.close());
  const other = newTenant('other');
  await store.createTenant(other);
  const tenant = store.listTenants().find(({ name }) => name === 'default') ?? other;
  return { store, tenant, other };
}
