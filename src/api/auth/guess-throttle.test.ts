import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { GuessThrottle } from './guess-throttle.ts';

const start = Date.parse('2026-11-25T12:00:00Z');

function guess(throttle: GuessThrottle, client: string, address: string, times: number, now = start): void {
  for (let n = 0; n < times; n += 1) throttle.countWrong(client, address, now);
}

describe('the throttle of guesses', () => {
  it('blocks one client from one address after twenty wrong secrets, and says truly for how long', () => {
    const throttle = new GuessThrottle();
    guess(throttle, 'a', '192.0.2.1', 19);
    assert.deepEqual(throttle.enter('a', '192.0.2.1', start), { kind: 'free' });
    guess(throttle, 'a', '192.0.2.1', 1);
    const blocked = throttle.enter('a', '192.0.2.1', start);
    assert.deepEqual(blocked, { kind: 'blocked', retrySeconds: 6 });
    assert.equal(throttle.enter('a', '192.0.2.1', start + 5_999).kind, 'blocked');
    assert.equal(throttle.enter('a', '192.0.2.1', start + 6_000).kind, 'free');
    guess(throttle, 'a', '192.0.2.1', 1, start + 6_000);
    assert.deepEqual(throttle.enter('a', '192.0.2.1', start + 6_000), { kind: 'blocked', retrySeconds: 6 });
    assert.equal(throttle.enter('a', '192.0.2.1', start + 130_000).kind, 'free');
  });

  it('forgives a client its mistakes once it has the right secret', () => {
    const throttle = new GuessThrottle();
    guess(throttle, 'a', '192.0.2.1', 19);
    throttle.countRight('a', '192.0.2.1');
    guess(throttle, 'a', '192.0.2.1', 19);
    assert.equal(throttle.enter('a', '192.0.2.1', start).kind, 'free');
  });

  it('blocks neither other clients at that address nor that client elsewhere', () => {
    const throttle = new GuessThrottle();
    guess(throttle, 'a', '192.0.2.1', 20);
    assert.equal(throttle.enter('b', '192.0.2.1', start).kind, 'free');
    assert.equal(throttle.enter('a', '192.0.2.2', start).kind, 'free');
  });

  it('after a hundred from one address looks only whether a secret is right', () => {
    const throttle = new GuessThrottle();
    for (let n = 0; n < 100; n += 1) throttle.countWrong(`client ${n}`, '192.0.2.1', start);
    assert.deepEqual(throttle.enter('b', '192.0.2.1', start), { kind: 'only-right', retrySeconds: 1 });
    assert.equal(throttle.enter('b', '192.0.2.2', start).kind, 'free');
  });

  it('does the same for a client that is guessed from everywhere', () => {
    const throttle = new GuessThrottle();
    for (let n = 0; n < 100; n += 1) throttle.countWrong('a', `192.0.2.${n}`, start);
    assert.deepEqual(throttle.enter('a', '198.51.100.1', start), { kind: 'only-right', retrySeconds: 1 });
  });

  it('takes the addresses of one IPv6 network for one, and a mapped IPv4 address for itself', () => {
    const throttle = new GuessThrottle();
    guess(throttle, 'a', '2001:db8:1:2::1', 10);
    guess(throttle, 'a', '2001:db8:1:2:ffff::2', 10);
    assert.equal(throttle.enter('a', '2001:db8:1:2:0:0:0:3', start).kind, 'blocked');
    assert.equal(throttle.enter('a', '2001:db8:1:3::1', start).kind, 'free');
    guess(throttle, 'b', '::ffff:192.0.2.1', 20);
    assert.equal(throttle.enter('b', '192.0.2.1', start).kind, 'blocked');
  });

  it('waits no longer than its allowance where the clock was set back', () => {
    const throttle = new GuessThrottle();
    guess(throttle, 'a', '192.0.2.1', 20, start + 86_400_000);
    const leave = throttle.enter('a', '192.0.2.1', start);
    assert.ok(leave.kind === 'blocked' && leave.retrySeconds <= 12, JSON.stringify(leave));
  });
});
