import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { createServer } from '../../src/api/server.ts';
import { startFleetServer } from '../support/fleet-server.ts';

const page = readFileSync(new URL('../../docs/operate.md', import.meta.url), 'utf8');
const { application } = await startFleetServer(() => new Date('2026-11-23T12:00:00Z'));

/** `kbgap_patch_states`, and those that the table names by their ends: `…_waiting`. */
const namedEnds = [...page.matchAll(/`…(_[a-z_]+)`/g)].map(([, end = '']) => end);
const named = new Set([...page.matchAll(/kbgap_[a-z_]+/g)].map(([name]) => name));

describe('docs/operate.md', () => {
  it('names metrics that there are, and all of them', async (t) => {
    const server = createServer({
      application,
      logger: false,
      now: () => new Date('2026-11-23T12:00:00Z'),
      countSyncs: () => ({ ok: 1 }),
    });
    t.after(() => server.close());
    const { body } = await server.inject('/metrics');
    const there = [...body.matchAll(/^# TYPE (kbgap_\w+)/gm)].map(([, name = '']) => name);
    assert.deepEqual(
      [...named].filter((name) => !there.includes(name)),
      [],
    );
    assert.deepEqual(
      there.filter((name) => !named.has(name) && !namedEnds.some((end) => name.endsWith(end))),
      [],
    );
  });
});
