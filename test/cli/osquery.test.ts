import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeCertificate } from '../support/certificates.ts';
import { FakeOsqueryd } from '../support/fake-osqueryd.ts';
import { kbgap, startServer } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const folder = temporaryFolder({ after });
const data = join(folder, 'data');
const host = {
  hostName: 'PC-EINS',
  uuid: 'u-1',
  osName: 'Microsoft Windows 11 Pro',
  version: '10.0.26100',
  ubr: 8000,
  patches: [],
};

async function run(
  ...args: readonly string[]
): Promise<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }> {
  return kbgap(['osquery', ...args, '--data', data]);
}

describe('kbgap osquery', () => {
  it('makes a secret while the server runs, and the hosts that have it are judged', async (t) => {
    const pair = makeCertificate('test');
    const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
    writeFileSync(files.cert, pair.cert);
    writeFileSync(files.key, pair.key);
    const server = await startServer(['serve', '--data', data, '--tls-cert', files.cert, '--tls-key', files.key]);
    t.after(() => server.stop());

    const created = await run('secret', 'create', 'autumn', '--json');
    assert.equal(created.code, 0, created.stderr);
    const { tenantId, secretId, secret } = JSON.parse(created.stdout) as Record<string, string>;
    assert.match(`${tenantId} ${secretId}`, /^[0-9a-f-]{36} [0-9a-f-]{36}$/);
    assert.equal(Buffer.from(secret ?? '', 'base64url').length, 32);

    const node = new FakeOsqueryd({
      url: server.url,
      authority: pair.cert,
      secret: secret ?? '',
      host,
      identifier: 'u-1',
      now: () => new Date(),
    });
    t.after(() => node.close());
    assert.equal(await node.start(), true);
    assert.deepEqual(node.waits, [], 'the secret is known at once');
    await node.askAndAnswer();
    const shown = await kbgap(['device', 'show', 'PC-EINS', '--data', data, '--json']);
    assert.match(shown.stdout, /"build": ?"10\.0\.26100\.8000"/);

    const listed = JSON.parse((await run('node', 'list', '--json')).stdout) as readonly Record<string, unknown>[];
    assert.deepEqual(
      listed.map(({ hostName, isWindows }) => [hostName, isWindows]),
      [['PC-EINS', true]],
    );
    assert.match((await run('node', 'list')).stdout, /PC-EINS {2}enrolled \d{4}-/);

    assert.equal((await run('node', 'revoke', String(listed[0]?.['nodeId']))).code, 0);
    node.runSchedule();
    assert.equal(await node.flush(), false);
    assert.equal(await node.flush(), true, 'it enrolled again');

    assert.match(
      (await run('secret', 'revoke', secretId ?? '', '--with-nodes')).stdout,
      /revoked, and the keys of 1 nodes/,
    );
    node.runSchedule();
    assert.equal(await node.flush(), false);
    assert.equal(await node.flush(), false);
    assert.match((await run('secret', 'list')).stdout, new RegExp(`${secretId}  autumn  created .*  revoked `));
    assert.doesNotMatch((await run('secret', 'list', '--json')).stdout, new RegExp(secret ?? 'x'));
  });

  it('takes a secret that hosts already have, and shows it no more', async () => {
    const file = join(folder, 'enroll.secret');
    writeFileSync(file, '  a secret of twenty-four characters\n');
    const created = await run('secret', 'create', 'fleet', '--secret-file', file, '--json');
    assert.deepEqual(Object.keys(JSON.parse(created.stdout) as object), ['tenantId', 'secretId']);
    const again = await run('secret', 'create', 'again', '--secret-file', file);
    assert.equal(again.code, 2);
    assert.match(again.stderr, /expected a secret that no tenant has yet/);
  });

  const wrong: readonly [says: string, args: readonly string[], message: RegExp][] = [
    ['a secret that is not there', ['secret', 'revoke', 'x'], /id of an enrolment secret/],
    ['a node that is not there', ['node', 'revoke', 'x'], /id of an osquery node/],
    ['a name that is none', ['secret', 'create', ' '], /name of 1 to 200 characters/],
    [
      'a file that is not there',
      ['secret', 'create', 'x', '--secret-file', join(folder, 'absent')],
      /--secret-file: .*absent cannot be read/,
    ],
    ['a tenant that is not there', ['secret', 'list', '--tenant', 'nobody'], /GUID or name of a tenant/],
  ];
  for (const [says, args, message] of wrong) {
    it(`${says} is exit 2`, async () => {
      const ran = await run(...args);
      assert.equal(ran.code, 2);
      assert.match(ran.stderr, message);
    });
  }

  it('a secret that could be guessed is refused, and not shown', async () => {
    const file = join(folder, 'short.secret');
    writeFileSync(file, 'hunter2');
    const ran = await run('secret', 'create', 'x', '--secret-file', file);
    assert.equal(ran.code, 2);
    assert.match(ran.stderr, /expected a secret of 24 to 1024 characters, got 7/);
    assert.doesNotMatch(ran.stderr, /hunter2/);
  });
});
