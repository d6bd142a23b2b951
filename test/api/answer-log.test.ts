import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createServerLogger } from '../../src/cli/server-logger.ts';
import { openApiServer } from '../support/api-server.ts';

let text = '';
const logger = createServerLogger('info', { write: (line) => void (text += line) });
const { server } = openApiServer({ logger });

async function lineOf(headers: Readonly<Record<string, string>>): Promise<Readonly<Record<string, unknown>>> {
  text = '';
  await server.inject({ url: '/api/machines/pc1?code=secret', headers });
  const lines = text.trim().split('\n');
  return JSON.parse(lines.at(-1) ?? '') as Readonly<Record<string, unknown>>;
}

const trace = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('the line of an answer', () => {
  it('says the route, never the address or what came with it', async () => {
    const line = await lineOf({ authorization: 'Bearer a.b.c' });
    const { reqId, route, status, method, msg, level } = line;
    assert.match(String(reqId), /^[0-9a-f-]{36}$/);
    assert.deepEqual(
      { route, status, method, msg, level },
      {
        route: '/api/machines/:id',
        status: 401,
        method: 'GET',
        msg: 'request answered',
        level: 30,
      },
    );
    assert.doesNotMatch(text, /secret|a\.b\.c|pc1/);
  });

  // W3C Trace Context, section 3.2: version, trace-id, parent-id, flags; all zeros are invalid.
  const headers: readonly (readonly [header: string, traceId: string | undefined])[] = [
    [`00-${trace}-00f067aa0ba902b7-01`, trace],
    [`cc-${trace}-00f067aa0ba902b7-01-what-the-future-adds`, trace],
    [`00-${'0'.repeat(32)}-00f067aa0ba902b7-01`, undefined],
    [`00-${trace.toUpperCase()}-00f067aa0ba902b7-01`, undefined],
    [`${trace}`, undefined],
    ['x', undefined],
  ];
  for (const [header, traceId] of headers) {
    it(`of traceparent ${header} has the trace ${traceId}`, async () => {
      assert.equal((await lineOf({ traceparent: header }))['traceId'], traceId);
    });
  }
});
