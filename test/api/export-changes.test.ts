import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { after, describe, it } from 'node:test';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { createServer } from '../../src/api/server.ts';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { importCatalogue } from '../../src/operations/import-catalogue.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { madeUpDocument } from '../support/published-documents.ts';
import type { MadeUp } from '../support/published-documents.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

// By the real clock: the store notes by it when devices change.

type Row = Readonly<Record<string, unknown>>;

const dataFolder = temporaryFolder({ after });
const folder = new CatalogueFolder(dataFolder, loadCorrections());
const documents = temporaryFolder({ after });
await publish({ month: 'Jan' });
const now = (): Date => new Date();
const application = openApplication({
  dataFolder,
  now,
  engine: engineInForce(),
  findFormerEngine(id) {
    const former = folder.findFormer(id);
    return former === undefined ? undefined : catalogueEngine(former, false);
  },
  catalogueAt: (instant) => folder.inForceAt(instant),
});
const server = createServer({ application, logger: false, now });
after(async () => {
  await server.close();
  await application.close();
});
const tenant = application.getTenant('default');
const whole = { tenant, groups: null };
await application.groups.create(tenant, { name: 'Berlin', rule: { tags: ['berlin'] }, id: 140 });

async function publish(document: MadeUp): Promise<void> {
  const file = join(documents, `${document.month}.xml`);
  writeFileSync(file, madeUpDocument(document).xml());
  await importCatalogue(folder, [file], { trust: true });
}

function engineInForce(): ReturnType<typeof catalogueEngine> {
  const { catalogue, starter } = folder.loadCurrent();
  return catalogueEngine(catalogue, starter);
}

/** Every fix of the made-up January stands in build 4000, of February in 4100, of March in 4200. */
async function report(name: string, revision: number, tags: readonly string[] = [], id?: string): Promise<string> {
  const native = {
    schema: 'kbgap-inventory/1',
    device: { name, tags, ...(id === undefined ? {} : { id }) },
    os: { name: 'Windows 11 Pro', build: `10.0.26100.${revision}`, architecture: 'x64', installationType: 'Client' },
  };
  const incoming = { inventory: readNative(native), raw: Buffer.from('{}'), format: 'native', receivedAt: now() };
  return (await application.applyReport(tenant, incoming)).deviceId;
}

function tokenOf(clientId: string): Promise<string> {
  return issueToken({
    application,
    tenant,
    clientId,
    roles: ['Vulnerability.Read.All'],
    audience: 'https://api.securitycenter.microsoft.com',
    issuer: 'http://localhost',
    now: now(),
  });
}

const bearer = await tokenOf(localOperatorClientId);

async function ask(url: string, as = bearer): Promise<{ readonly status: number; readonly body: string }> {
  const answer = await server.inject({ url, headers: { authorization: `Bearer ${as}` } });
  return { status: answer.statusCode, body: answer.body };
}

async function all(url: string, as = bearer): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (let next: string | undefined = url; next !== undefined;) {
    const { status, body } = await ask(next.replace(/^https?:\/\/[^/]+/, ''), as);
    assert.equal(status, 200, body);
    const page = JSON.parse(body) as { readonly value: readonly Row[]; readonly '@odata.nextLink'?: string };
    rows.push(...page.value);
    next = page['@odata.nextLink'];
  }
  return rows;
}

const form = '/api/machines/SoftwareVulnerabilityChangesByMachine';

/** An instant that lies behind all that was written, and before all that will be. */
async function moment(): Promise<string> {
  await wait(3);
  const at = now().toISOString();
  await wait(3);
  return at;
}

const exportRows = async (as = bearer): Promise<ReadonlyMap<unknown, Row>> =>
  new Map((await all('/api/machines/SoftwareVulnerabilitiesByMachine', as)).map((row) => [row['id'], row]));

/** Beside when the device was seen last. */
function essence(row: Row | undefined): unknown {
  const { lastSeenTimestamp: _seen, status: _status, eventTimestamp: _at, ...rest } = row ?? {};
  return rest;
}

/** What was done between two full exports is what the changes since the first one tell, in pages of any size. */
async function assertTold(acts: () => Promise<unknown>, as = bearer): Promise<readonly Row[]> {
  const before = await exportRows(as);
  const since = await moment();
  await acts();
  const current = await exportRows(as);
  const expected = new Map<unknown, readonly [string, unknown]>();
  for (const [id, row] of current) {
    const former = before.get(id);
    if (former === undefined) expected.set(id, ['New', essence(row)]);
    else if (JSON.stringify(essence(former)) !== JSON.stringify(essence(row)))
      expected.set(id, ['Updated', essence(row)]);
  }
  for (const [id, row] of before) if (!current.has(id)) expected.set(id, ['Fixed', essence(row)]);
  const told = await all(`${form}?sinceTime=${since}`, as);
  assert.deepEqual(new Map(told.map((row) => [row['id'], [row['status'], essence(row)]])), expected);
  assert.equal(told.length, expected.size, 'each once');
  assert.deepEqual(await all(`${form}?pageSize=3&sinceTime=${since}`, as), told);
  for (const { eventTimestamp } of told) {
    assert.match(String(eventTimestamp), /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
    assert.ok(String(eventTimestamp) >= since && String(eventTimestamp) <= now().toISOString(), String(eventTimestamp));
  }
  return told;
}

const statusesOf = (rows: readonly Row[]): Readonly<Record<string, number>> =>
  Object.fromEntries([...Map.groupBy(rows, ({ status }) => String(status))].map(([status, of]) => [status, of.length]));

const stays = await report('stays', 3999);
const goes = await report('goes', 3999);
await report('patched', 3999, ['berlin']);

describe('changes of vulnerabilities', () => {
  it('nothing done, nothing told', async () => {
    const told = await assertTold(() => report('stays', 3999));
    assert.deepEqual(told, []);
  });

  it('keys: those of the export, then status and eventTimestamp', async () => {
    const told = await assertTold(() => report('comes', 3999));
    const [first] = (await exportRows()).values();
    for (const row of told)
      assert.deepEqual(Object.keys(row), [...Object.keys(first ?? {}), 'status', 'eventTimestamp']);
    assert.deepEqual(statusesOf(told), { New: 10 });
    const { body } = await ask(`${form}?sinceTime=${now().toISOString()}`);
    const context =
      'http://localhost:80/api/$metadata#Collection(microsoft.windowsDefenderATP.api.DeltaAssetVulnerability)';
    assert.equal((JSON.parse(body) as Row)['@odata.context'], context);
  });

  it('a device is patched: what was open in its old version is fixed, its new one has a row', async () => {
    assert.deepEqual(statusesOf(await assertTold(() => report('patched', 4000, ['berlin']))), { Fixed: 10, New: 1 });
  });

  it('a device goes: what was open on it is fixed, and nobody says when it was seen last', async () => {
    const told = await assertTold(() => application.deleteDevice(whole, goes));
    assert.deepEqual(statusesOf(told), { Fixed: 10 });
    for (const { deviceId, lastSeenTimestamp } of told) assert.deepEqual([deviceId, lastSeenTimestamp], [goes, null]);
  });

  it('a device is renamed, or in another group', async () => {
    assert.deepEqual(statusesOf(await assertTold(() => report('renamed', 3999, [], stays))), { Updated: 10 });
    assert.deepEqual(statusesOf(await assertTold(() => report('renamed', 3999, ['berlin'], stays))), { Updated: 10 });
  });

  it('back and forth is nothing', async () => {
    const told = await assertTold(async () => {
      await report('comes', 4000);
      await report('comes', 3999);
      await report('passes', 3999);
      await application.deleteDevice(whole, (await application.getDevice(whole, 'passes')).id);
    });
    assert.deepEqual(told, []);
  });

  it('another catalogue: what it brought, together with what devices did, by the catalogue of that time', async () => {
    const told = await assertTold(async () => {
      await report('comes', 4001);
      await publish({ month: 'Feb', cves: 4 });
      await application.useEngine(engineInForce());
      await report('late', 4001);
    });
    const ofPatched = told.filter(({ deviceName }) => deviceName === 'patched');
    assert.deepEqual(statusesOf(ofPatched), { Fixed: 1, New: 4 });
    assert.ok(statusesOf(told)['Fixed'] !== undefined);
  });

  it('a revised document: the same CVE with another update is updated', async () => {
    const told = await assertTold(async () => {
      await publish({ month: 'Feb', cves: 4, kbPrefix: '51', revisedAt: '2026-03-01T07:00:00' });
      await application.useEngine(engineInForce());
    });
    const updated = told.filter(({ status }) => status === 'Updated');
    assert.ok(updated.length > 0);
    for (const row of updated) assert.match(String(row['recommendedSecurityUpdateId']), /^5101/);
  });

  it('a client of device groups: what comes into its sight is new to it, what leaves is fixed', async () => {
    const { clientId } = await application.createClient(tenant, 'bound', ['Vulnerability.Read.All'], {
      groups: ['Berlin'],
    });
    const bound = await tokenOf(clientId);
    const told = await assertTold(async () => {
      await report('hidden', 3999);
      await report('renamed', 3999, [], stays);
      await report('comes', 4001, ['berlin']);
    }, bound);
    assert.deepEqual(
      [...new Set(told.map(({ deviceName, status }) => `${String(deviceName)} ${String(status)}`))].sort(),
      ['comes New', 'renamed Fixed'],
    );
    for (const { status, lastSeenTimestamp } of told) if (status === 'Fixed') assert.equal(lastSeenTimestamp, null);
  });
});

describe('sinceTime', () => {
  const day = 86_400_000;
  const ago = (ms: number): string => new Date(now().getTime() - ms).toISOString();
  for (const [says, query, expected] of [
    ['an instant', () => `sinceTime=${ago(day)}`, 200],
    ['in any case of the name', () => `sincetime=${ago(day)}`, 200],
    ['seven digits', () => `sinceTime=${ago(day).replace('Z', '1234Z')}`, 200],
    ['a day', () => `sinceTime=${ago(day).slice(0, 10)}`, 200],
    ['no zone', () => `sinceTime=${ago(day).replace('Z', '')}`, 200],
    ['a zone whose plus sign became a space', () => `sinceTime=${ago(day).replace('Z', '+01:00')}`, 200],
    ['now', () => `sinceTime=${ago(0)}`, 200],
    ['fourteen days ago', () => `sinceTime=${ago(14 * day)}`, 200],
    ['sixteen days ago', () => `sinceTime=${ago(16 * day)}`, 'InvalidInput'],
    ['tomorrow', () => `sinceTime=${ago(-day)}`, 'InvalidInput'],
    ['no time', () => 'sinceTime=yesterday', 'InvalidInput'],
    ['no day', () => 'sinceTime=2026-13-45', 'InvalidInput'],
    ['two', () => `sinceTime=${ago(day)}&sincetime=${ago(day)}`, 'InvalidInput'],
    ['none', () => 'pageSize=1', 'MissingRequiredParameter'],
    ['an empty one', () => 'sinceTime=', 'MissingRequiredParameter'],
  ] as const) {
    it(`${says}: ${expected}`, async () => {
      const { status, body } = await ask(`${form}?${query()}`);
      if (expected === 200) assert.equal(status, 200, body);
      else assert.deepEqual([status, (JSON.parse(body) as { error: { code: string } }).error.code], [400, expected]);
    });
  }

  it('400 where the catalogue of that time is not kept any more', async () => {
    const other = openApplication({
      dataFolder: temporaryFolder({ after }),
      now,
      engine: engineInForce(),
      catalogueAt: () => ({ catalogueId: 'sha256:gone', since: null }),
    });
    after(() => other.close());
    const scope = { tenant: other.getTenant('default'), groups: null };
    await assert.rejects(other.assets.changesSince(scope, now()), { code: 'changes-too-old' });
  });
});
