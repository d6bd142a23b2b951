import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exportClient } from '../support/export-client.ts';
import { reportAll, smallFleet } from '../support/small-fleet.ts';
import { startTwoTenants } from '../support/two-tenants.ts';

const { application, tenant, now, token, ask } = await startTwoTenants();
const bearer = await token();
const { page, all } = exportClient((url) => ask({ url, token: bearer }));
await reportAll(application, tenant, { devices: smallFleet, receivedAt: now() });

const vulnerabilities = '/api/machines/SoftwareVulnerabilitiesByMachine';
const forms = ['/api/machines/SoftwareInventoryByMachine', vulnerabilities];

describe('pages of exports', () => {
  for (const form of forms) {
    it(`${form}: any size gives the same rows, by absolute links`, async () => {
      const whole = await all(form);
      for (const size of [1, 2, 1000]) {
        if (whole.length > 1000 && size < 1000) continue;
        assert.deepEqual(await all(`${form}?pageSize=${size}`), whole, String(size));
      }
      const half = Math.ceil(whole.length / 2);
      const first = await page(`${form}?pagesize=${half}&other=x`);
      assert.equal(first.value.length, half);
      const link = first['@odata.nextLink'] ?? '';
      assert.ok(link.startsWith(`http://localhost:80${form}?other=x&pagesize=${half}&$skiptoken=`), link);
      assert.deepEqual([...first.value, ...(await page(link)).value], whole);
    });

    it(`${form}: $top gives so many and no link, $skip passes over`, async () => {
      const whole = await all(form);
      assert.deepEqual(await page(`${form}?$top=1`), { ...(await page(form)), value: whole.slice(0, 1) });
      assert.deepEqual((await page(`${form}?$top=0`)).value, []);
      assert.deepEqual((await page(`${form}?%24skip=1&$top=1`)).value, whole.slice(1, 2));
      assert.deepEqual(await all(`${form}?$skip=1&pageSize=${whole.length - 1}`), whole.slice(1));
      assert.deepEqual(await all(`${form}?$skip=100000`), []);
      // A whole device's rows, some of the next one's, and behind a page.
      for (const skip of [2, 3, 10, whole.length - 1])
        assert.deepEqual((await page(`${form}?$skip=${skip}&$top=2`)).value, whole.slice(skip, skip + 2), String(skip));
      assert.equal((await page(`${form}?pageSize=${whole.length}`))['@odata.nextLink'], undefined);
      // More than the largest page is as many as fit into it.
      assert.deepEqual((await page(`${form}?pageSize=999999`)).value, whole);
    });
  }

  for (const [query, code] of [
    ['pageSize=0', 'InvalidInput'],
    ['pageSize=-1', 'InvalidInput'],
    ['pageSize=x', 'InvalidInput'],
    ['pageSize=1&pagesize=2', 'InvalidInput'],
    ['$top=x', 'ODataError'],
    ['$skip=-1', 'ODataError'],
    ['$skiptoken=x', 'ODataError'],
    [`$skiptoken=${Buffer.from('["x","",0]').toString('base64url')}`, 'ODataError'],
    ["$filter=deviceName eq 'srv'", 'ODataError'],
    ['$orderby=deviceName', 'ODataError'],
    ['$count=true', 'ODataError'],
  ] as const) {
    it(`400 ${code} for ${query}`, async () => {
      for (const form of forms) {
        const { status, body } = await ask({ url: `${form}?${query.replaceAll(' ', '%20')}`, token: bearer });
        assert.equal(status, 400, body);
        assert.equal((JSON.parse(body) as { error: { code: string } }).error.code, code);
      }
    });
  }

  it('devices that are patched, come or go between pages neither repeat nor hide rows of others', async () => {
    const before = await all(vulnerabilities);
    const devices = [...new Set(before.map(({ deviceId }) => String(deviceId)))];
    const [first = '', second = '', ...others] = devices;
    const size = before.filter(({ deviceId }) => deviceId === first).length + 1;
    const page1 = await page(`${vulnerabilities}?pageSize=${size}`);
    assert.equal(page1.value.at(-1)?.['deviceId'], second);
    await application.deleteDevice({ tenant, groups: null }, first);
    const { name, osBuild } = await application.getDevice({ tenant, groups: null }, second);
    const patched = { name: name ?? '', build: (osBuild ?? '').replace(/\d+$/, '9998') };
    await reportAll(application, tenant, {
      devices: [patched, { name: 'comes', build: '10.0.18363.657' }],
      receivedAt: now(),
    });
    const rest = await all(page1['@odata.nextLink'] ?? '');
    const ids = [...page1.value, ...rest].map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length);
    for (const { id, deviceId } of before)
      if (others.includes(String(deviceId))) assert.ok(ids.includes(id), String(id));
  });
});
