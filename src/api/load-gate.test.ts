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

  it('counts a packed body as what it may become, and one of unknown length as the largest', () => {
    for (const headers of [
      { 'content-length': String(10 * mib), 'content-encoding': 'gzip' },
      { 'transfer-encoding': 'chunked' },
    ]) {
      const gate = new LoadGate(osqueryLoad);
      const entered = Array.from({ length: 10 }, () => gate.enter(sent(headers), 40 * mib)).filter(
        (leave) => leave !== undefined,
      );
      assert.equal(entered.length, 6);
    }
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
