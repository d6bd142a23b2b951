import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { windowOf } from './row-window.ts';

const view = { rowHeight: 40, viewport: 400, overscan: 0 };

describe('rows in the window', () => {
  it('are the first at the top', () => {
    assert.deepEqual(windowOf({ ...view, count: 1000, scrollTop: 0 }), { height: 40_000, from: 0, to: 10, top: 0 });
  });

  it('are the last at the end', () => {
    assert.deepEqual(windowOf({ ...view, count: 1000, scrollTop: 39_600 }), {
      height: 40_000,
      from: 990,
      to: 999,
      top: 39_600,
    });
  });

  it('stand where they would stand without a window, in the midst of a row too', () => {
    const { from, top } = windowOf({ ...view, count: 1000, scrollTop: 4_010 });
    assert.equal(from, 100);
    assert.equal(top, 4_000);
  });

  it('of a million are all reached, in no more height than a browser lays out', () => {
    const start = windowOf({ ...view, count: 1_000_000, scrollTop: 0 });
    assert.ok(start.height <= 17_800_000);
    assert.equal(start.from, 0);
    const end = windowOf({ ...view, count: 1_000_000, scrollTop: start.height - 400 });
    assert.equal(end.to, 999_999);
    assert.equal(end.from, 999_990);
  });

  it('are none of an empty list', () => {
    const { from, to, height } = windowOf({ ...view, count: 0, scrollTop: 0 });
    assert.deepEqual({ from, to, height }, { from: 0, to: -1, height: 0 });
  });
});
