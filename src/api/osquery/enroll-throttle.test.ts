import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { EnrollThrottle } from './enroll-throttle.ts';

describe('the throttle of enrolments', () => {
  it('blocks an address after thirty wrong secrets, and no other', () => {
    const throttle = new EnrollThrottle();
    for (let n = 0; n < 30; n += 1) {
      assert.equal(throttle.isBlocked('192.0.2.1'), false);
      throttle.countWrong('192.0.2.1');
    }
    assert.equal(throttle.isBlocked('192.0.2.1'), true);
    assert.equal(throttle.isBlocked('192.0.2.2'), false);
  });
});
