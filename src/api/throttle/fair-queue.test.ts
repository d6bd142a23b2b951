import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FairQueue } from './fair-queue.ts';

/** A server that works 10 ms for each request, and whose turns end when the test says so. */
function busyServer() {
  const ends: (() => void)[] = [];
  let at = 0;
  const queue = new FairQueue({ afterTurn: (done) => void ends.push(done), nowMs: () => at });
  const served: string[] = [];
  const refused: number[] = [];
  const serve = (tenant: string): void => {
    served.push(tenant);
    at += 10;
    queue.add(10, at);
  };
  return {
    served,
    refused,
    ask(tenant: string, client = '1', requests = 1): void {
      for (let sent = 0; sent < requests; sent += 1) {
        const entered = queue.enter(tenant, client);
        if (entered === undefined) serve(tenant);
        else if (typeof entered === 'number') refused.push(entered);
        else void entered.then(() => serve(`${tenant}${client}`));
      }
    },
    rest: (ms: number) => (at += ms),
    async turn(): Promise<void> {
      ends.splice(0).forEach((end) => end());
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

describe('a fair queue', () => {
  it('lets requests in as they come, until they took a while', async () => {
    const { ask, served, turn, rest } = busyServer();
    ask('a', '1', 5);
    assert.equal(served.length, 3);
    await turn();
    await turn();
    assert.equal(served.length, 5);
    rest(100);
    ask('a', '1', 1);
    assert.equal(served.length, 6);
  });

  it('a single long answer makes the next wait for a look at who else asks, not longer', async () => {
    const { ask, served, turn, rest } = busyServer();
    ask('a', '1', 3);
    ask('a', '2', 1);
    assert.equal(served.length, 3);
    await turn();
    assert.equal(served.length, 4);
    rest(1000);
    ask('a', '2', 1);
    assert.equal(served.length, 5);
  });

  it('by turns: a flood waits for itself, whoever comes later is next but one', async () => {
    const { ask, served, turn } = busyServer();
    ask('a', '1', 500);
    await turn();
    served.length = 0;
    ask('b', '1', 3);
    ask('c', '1', 1);
    for (let turns = 0; turns < 8; turns += 1) await turn();
    assert.ok(served.indexOf('c1') >= 0 && served.indexOf('c1') <= 3, served.slice(0, 8).join(' '));
    assert.ok(served.lastIndexOf('b1') <= 8, served.slice(0, 12).join(' '));
  });

  it('by turns among the clients of a tenant, too, and tenants count once however many clients they have', async () => {
    const { ask, served, turn } = busyServer();
    ask('a', '0', 4);
    for (let client = 1; client <= 20; client += 1) ask('a', String(client), 20);
    ask('b', '1', 5);
    served.length = 0;
    for (let turns = 0; turns < 8; turns += 1) await turn();
    assert.equal(served.filter((each) => each === 'b1').length, 5, served.join(' '));
    assert.ok(new Set(served.filter((each) => each.startsWith('a'))).size >= 4);
  });

  it('refuses only who has a thousand waiting, and says when some of them will have gone', async () => {
    const { ask, served, refused, turn } = busyServer();
    ask('a', '1', 1003);
    assert.deepEqual(refused, []);
    ask('a', '1', 1);
    assert.equal(refused.length, 1);
    assert.ok(Number.isInteger(refused[0]) && (refused[0] ?? 0) >= 1);
    ask('b', '1', 1);
    assert.equal(refused.length, 1);
    await turn();
    ask('a', '1', 1);
    assert.equal(refused.length, 1);
    for (let turns = 0; turns < 1100; turns += 1) await turn();
    assert.equal(served.length, 1005);
  });
});
