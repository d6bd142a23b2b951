import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startTwoTenants } from '../support/two-tenants.ts';
import type { Answer } from '../support/two-tenants.ts';

const { application, tenant, other, token, ask, pass } = await startTwoTenants({ throttle: 'defender' });

async function clientToken(of: typeof tenant, name: string): Promise<string> {
  const { clientId } = await application.createClient(of, name, []);
  return token({ of, clientId });
}

async function askTimes(times: number, url: string, bearer: string): Promise<Answer> {
  let last = await ask({ url, token: bearer });
  for (let sent = 1; sent < times; sent += 1) last = await ask({ url, token: bearer });
  return last;
}

describe("Defender's limits", () => {
  it('100 a minute on machines, by the list and by one; then 429 with a true Retry-After', async () => {
    const mine = await clientToken(tenant, 'first');
    const mates = await clientToken(tenant, 'second');
    const foreign = await clientToken(other, 'third');
    assert.equal((await askTimes(60, '/api/machines', mine)).status, 200);
    assert.equal((await askTimes(40, '/api/Machines/nobody', mine)).status, 404);
    const refused = await ask({ url: '/api/v1.0/machines', token: mine });
    assert.equal(refused.status, 429);
    const { error } = JSON.parse(refused.body) as { readonly error: Readonly<Record<string, string>> };
    assert.deepEqual(Object.keys(error), ['code', 'message', 'target']);
    assert.equal(error['code'], 'TooManyRequests');
    assert.match(String(refused.headers['retry-after']), /^[1-9]\d*$/);
    assert.equal((await ask({ url: '/api/machines', token: mates })).status, 200, 'another client');
    assert.equal((await ask({ url: '/api/machines', token: foreign })).status, 200, 'another tenant');
    assert.equal(
      (await ask({ url: '/api/machines/nobody/getmissingkbs', token: mine })).status,
      404,
      'no documented limit',
    );
    pass(Number(refused.headers['retry-after']) * 1000);
    assert.equal((await ask({ url: '/api/machines', token: mine })).status, 200);
  });

  it('1,500 an hour', async () => {
    const { clientId } = await application.createClient(tenant, 'patient', []);
    let bearer = await token({ clientId });
    for (let minute = 0; minute < 15; minute += 1) {
      assert.equal((await askTimes(100, '/api/machines', bearer)).status, 200);
      pass(60_000);
    }
    const refused = await ask({ url: '/api/machines', token: bearer });
    assert.deepEqual([refused.status, refused.headers['retry-after']], [429, '2700']);
    pass(2_700_000);
    bearer = await token({ clientId });
    assert.equal((await ask({ url: '/api/machines', token: bearer })).status, 200);
  });

  it('without a token nothing counts', async () => {
    for (let sent = 0; sent < 150; sent += 1) assert.equal((await ask({ url: '/api/machines' })).status, 401);
  });
});

describe('without the setting', () => {
  it('a script that asks fast is not refused', async () => {
    const generous = await startTwoTenants({ throttle: 'fair' });
    const bearer = await generous.token();
    const statuses = new Set<number>();
    for (let batch = 0; batch < 20; batch += 1) {
      const answers = await Promise.all(
        Array.from({ length: 100 }, () => generous.ask({ url: '/api/machines', token: bearer })),
      );
      for (const { status } of answers) statuses.add(status);
    }
    assert.deepEqual([...statuses], [200]);
  });
});
