import assert from 'node:assert/strict';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { send } from '../support/fake-osqueryd.ts';
import { startOsqueryServer } from '../support/osquery-server.ts';

const endpoints = ['/enroll', '/config', '/log', '/distributed/read', '/distributed/write'];

describe('what must stay secret', () => {
  it('is in no log line, no error and no metric', async (t) => {
    const server = await startOsqueryServer(t);
    const { secret } = await server.application.osquery.createSecret(server.tenant, 'autumn');
    const node = await server.node({ secret, secretAlways: true, keyHeader: 'also', compress: true });
    await node.start();
    await node.askAndAnswer();
    node.runSchedule();
    await node.flush();
    const keys = [node.nodeKey];
    const answers: string[] = [...node.replies];
    const wrong = 'a wrong secret that is long enough';
    const ask = async (path: string, body: string, headers: Readonly<Record<string, string>> = {}): Promise<void> => {
      answers.push(await send(new URL(path, server.url), Buffer.from(body), { ca: server.authority, headers }));
    };
    for (const base of ['/osquery', '/api/osquery', '/api/v1/osquery', '/elsewhere', '/api/nowhere', '/%zz']) {
      for (const path of [...endpoints, '/unknown']) {
        const query = `?enroll_secret=${secret}&node_key=${node.nodeKey}`;
        await ask(`${base}${path}${query}`, `{"enroll_secret":"${wrong}`, { authorization: `NodeKey ${node.nodeKey}` });
        await ask(`${base}${path}${query}`, `{"node_key":"${node.nodeKey}", broken`, { 'content-encoding': 'gzip' });
        await ask(
          `${base}${path}?enroll_secret=${wrong}`,
          `{"enroll_secret":"${wrong}","node_key":"${node.nodeKey}x","log_type":"result","data":7}`,
        );
      }
    }
    await server.application.close();
    await ask('/osquery/log', JSON.stringify({ node_key: node.nodeKey, log_type: 'result', data: [] }));
    const metrics = await send(new URL('/metrics', server.url), Buffer.alloc(0), {
      ca: server.authority,
      method: 'GET',
      headers: {},
    });
    assert.match(metrics, /kbgap_http_requests_total\{method="POST",route="\/osquery\/log"/);
    assert.match(server.logged(), /osquery node enrolled/);
    assert.match(server.logged(), /osquery enrolment refused/);
    const issued = node.replies.filter((reply) => reply.includes('node_key'));
    assert.equal(issued.length, 1, 'a key is shown once');
    for (const hidden of [secret, wrong, ...keys]) {
      assert.ok(!server.logged().includes(hidden), 'logged');
      assert.ok(!metrics.includes(hidden), 'a metric');
      for (const answer of answers) {
        if (answer !== issued[0]) assert.ok(!answer.includes(hidden), answer.slice(0, 200));
      }
    }
  });

  it('is not in the store either', async (t) => {
    const server = await startOsqueryServer(t);
    const { secret } = await server.application.osquery.createSecret(server.tenant, 'autumn');
    const node = await server.node({ secret });
    await node.start();
    for (const file of readdirSync(server.dataFolder)) {
      const path = join(server.dataFolder, file);
      if (!statSync(path).isFile()) continue;
      const bytes = readFileSync(path);
      for (const hidden of [secret, node.nodeKey]) {
        assert.ok(!bytes.includes(hidden), file);
        assert.ok(!bytes.includes(Buffer.from(hidden, 'base64url')), file);
      }
    }
  });
});
