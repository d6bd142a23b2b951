import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FastifyRequest } from 'fastify';
import { LoadGate, osqueryLoad, reportLoad } from './load-gate.ts';

const mib = 1024 * 1024;
const sent = (headers: Readonly<Record<string, string>>): FastifyRequest => ({ headers }) as unknown as FastifyRequest;

describe('the gate', () => {
  it('lets in what the memory can hold, and more once some are over', () => {
    const gate = new LoadGate(osqueryLoad);
    const large = sent({ 'content-length': String(40 * mib) });
    const inside = Array.from({ length: 6 }, () => gate.enter(large, 40 * mib));
    assert.ok(inside.every((leave) => leave !== undefined));
    assert.equal(gate.enter(large, 40 * mib), undefined);
    assert.ok(gate.enter(sent({ 'content-length': '100' }), 40 * mib) !== undefined, 'a small one still has room');
    inside[0]?.();
    inside[0]?.();
    assert.ok(gate.enter(large, 40 * mib) !== undefined);
    assert.equal(gate.enter(large, 40 * mib), undefined, 'leaving twice makes room once');
  });

  it('counts a packed body as what it may become', () => {
    const gate = new LoadGate(osqueryLoad);
    const packed = sent({ 'content-length': String(10 * mib), 'content-encoding': 'gzip' });
    const entered = Array.from({ length: 10 }, () => gate.enter(packed, 40 * mib));
    assert.equal(entered.filter((leave) => leave !== undefined).length, 6);
  });

  for (const [says, more, piece, room] of [
    ['as it comes', {}, 10 * mib, 25],
    ['packed, as what it may become', { 'content-encoding': 'gzip' }, mib, 25],
    ['never as more than the largest', {}, 80 * mib, 6],
  ] as const)
    it(`counts a body of unknown length ${says}`, () => {
      const gate = new LoadGate(osqueryLoad);
      const bodies = Array.from({ length: 30 }, () => sent({ 'transfer-encoding': 'chunked', ...more }));
      const leaves = bodies.map((body) => gate.enter(body, 40 * mib));
      assert.ok(leaves.every((leave) => leave !== undefined));
      assert.equal(bodies.filter((body) => gate.grow(body, piece)).length, room);
      for (const leave of leaves) leave?.();
      const one = sent({});
      gate.enter(one, 40 * mib);
      assert.ok(gate.grow(one, 40 * mib), 'what was counted is given back');
    });

  it('lets in no more than 500 at once', () => {
    const gate = new LoadGate(osqueryLoad);
    const small = sent({ 'content-length': '0' });
    for (let n = 0; n < 500; n += 1) assert.ok(gate.enter(small, mib) !== undefined);
    assert.equal(gate.enter(small, mib), undefined);
  });

  it('counts bodies of reports as they are sent', () => {
    const gate = new LoadGate(reportLoad);
    const packed = sent({ 'content-length': String(16 * mib), 'content-encoding': 'gzip' });
    for (let n = 0; n < 16; n += 1) assert.ok(gate.enter(packed, 16 * mib) !== undefined);
    assert.equal(gate.enter(packed, 16 * mib), undefined);
  });
});
