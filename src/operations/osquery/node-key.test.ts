import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createNodeKey, parseNodeKey } from './node-key.ts';

describe('a node key', () => {
  it('names its tenant and node, and is another one each time', () => {
    const [tenantId, nodeId] = [randomUUID(), randomUUID()];
    const keys = [createNodeKey(tenantId, nodeId), createNodeKey(tenantId, nodeId)];
    const [one, other] = keys.map(parseNodeKey);
    assert.deepEqual([one?.tenantId, one?.nodeId], [tenantId, nodeId]);
    assert.notDeepEqual(one?.hash, other?.hash);
    assert.equal(one?.hash.length, 32);
  });

  for (const text of ['', 'x', 'x'.repeat(85), 'x'.repeat(87), `${'x'.repeat(85)}=`, `${'x'.repeat(85)}\n`]) {
    it(`${JSON.stringify(text.slice(0, 10))} of ${text.length} characters is none`, () =>
      assert.equal(parseNodeKey(text), undefined));
  }
});
