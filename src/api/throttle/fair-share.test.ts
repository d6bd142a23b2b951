import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FairShare } from './fair-share.ts';

/** A server whose requests wait as long as `waitMs` says, and whose turn ends when the test says so. */
function busyServer(waitMs: number) {
  let at = 1000;
  const ends: (() => void)[] = [];
  const share = new FairShare({
    nowMs: () => at,
    waitMs: () => waitMs,
    afterTurn: (done) => void ends.push(done),
  });
  return {
    share,
    pass: (ms: number) => (at += ms),
    endTurn: () => ends.splice(0).forEach((end) => end()),
    /** How many of so many requests at once are let in, each costing 10 ms. */
    flood(tenant: string, client: string, requests: number): number {
      let entered = 0;
      for (let sent = 0; sent < requests; sent += 1) {
        if (share.enter(tenant, client) !== undefined) continue;
        entered += 1;
        share.add({ tenantId: tenant, clientId: client, workMs: 10, atMs: at });
      }
      return entered;
    },
  };
}

describe('a fair share of the server', () => {
  it('nobody is refused while nobody waits', () => {
    const { flood } = busyServer(20);
    assert.equal(flood('a', '1', 5000), 5000);
    assert.equal(flood('b', '1', 10), 10);
  });
  it('who asks alone is never refused', () => assert.equal(busyServer(3000).flood('a', '1', 5000), 5000));
  it('one request after the other is never refused', () => {
    const { share, endTurn, flood } = busyServer(3000);
    flood('b', '1', 1);
    for (let sent = 0; sent < 1000; sent += 1) {
      assert.equal(share.enter('a', '1'), undefined);
      share.add({ tenantId: 'a', clientId: '1', workMs: 10, atMs: 1000 });
      endTurn();
    }
  });
  it('a tenant that floods is refused, the others are not, and the time told is true', () => {
    const { share, flood, pass, endTurn } = busyServer(3000);
    flood('a', '1', 100);
    flood('b', '1', 1);
    const seconds = share.enter('a', '1');
    assert.ok(seconds !== undefined && seconds >= 1 && seconds <= 2, String(seconds));
    assert.equal(flood('b', '1', 20), 20);
    pass(seconds * 1000);
    endTurn();
    assert.equal(share.enter('a', '1'), undefined);
    assert.equal(share.enter('a', '1'), undefined);
  });
  it('a client that floods is refused for the sake of another of its tenant', () => {
    const { share, flood } = busyServer(3000);
    flood('a', '1', 100);
    flood('a', '2', 1);
    assert.notEqual(share.enter('a', '1'), undefined);
    assert.equal(share.enter('a', '2'), undefined);
  });
});
