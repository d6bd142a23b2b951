import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { issueToken } from '../../src/api/auth/issue-token.ts';
import { fileNameOf, signGrant } from '../../src/api/exports/export-link.ts';
import { createServer } from '../../src/api/server.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { allRoles } from '../../src/operations/roles.ts';
import { reportAll } from '../support/small-fleet.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const hourMs = 3_600_000;
const clock = { at: Date.parse('2026-11-23T12:00:00Z') };
const now = (): Date => new Date(clock.at);
const publicUrl = 'https://kbgap.example';
const engine = catalogueEngine(loadStarterCatalogue(), true);

type Node = ReturnType<typeof openNode>;

/** A process over a data folder. */
function openNode(dataFolder: string) {
  const application = openApplication({ dataFolder, now, engine });
  const server = createServer({ application, logger: false, now, publicUrl });
  after(async () => {
    await server.close();
    await application.close();
  });
  return { application, server, tenant: application.getTenant('default') };
}

const dataFolder = temporaryFolder({ after });
const node = openNode(dataFolder);
const { application, tenant } = node;
await application.groups.create(tenant, { name: 'Berlin', rule: { tags: ['site:Berlin'] } });
await reportAll(application, tenant, { receivedAt: now() });

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly bytes: Buffer;
}

async function ask({ server }: Node, url: string, bearer?: string, method: 'GET' | 'HEAD' = 'GET'): Promise<Answer> {
  const headers = bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
  const answer = await server.inject({ method, url: url.replace(publicUrl, ''), headers });
  return { status: answer.statusCode, headers: answer.headers, bytes: answer.rawPayload };
}

function tokenOf(clientId: string, of: Node = node): Promise<string> {
  return issueToken({
    application: of.application,
    tenant: of.tenant,
    clientId,
    roles: allRoles,
    audience: publicUrl,
    issuer: publicUrl,
    now: now(),
  });
}

type Row = Readonly<Record<string, unknown>>;

async function pageRows(form: string, bearer: string): Promise<readonly Row[]> {
  const { bytes } = await ask(node, `/api/machines/${form}`, bearer);
  return (JSON.parse(bytes.toString()) as { readonly value: readonly Row[] }).value;
}

async function linksOf(form: string, bearer: string, query = ''): Promise<readonly string[]> {
  const { status, bytes } = await ask(node, `/api/machines/${form}${query}`, bearer);
  assert.equal(status, 200, bytes.toString());
  return (JSON.parse(bytes.toString()) as { readonly exportFiles: readonly string[] }).exportFiles;
}

async function linkOf(bearer: string, query = ''): Promise<string> {
  const [link = ''] = await linksOf('SoftwareVulnerabilitiesExport', bearer, query);
  return link;
}

/** As a client does: one JSON object a line, packed. */
function rowsIn(bytes: Buffer): readonly Row[] {
  const text = gunzipSync(bytes).toString();
  assert.ok(text === '' || text.endsWith('\n'));
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line) as Row]));
}

async function refused(link: string, at: Node = node): Promise<void> {
  const { status, bytes } = await ask(at, link);
  assert.equal(status, 403, bytes.toString());
  const { error } = JSON.parse(bytes.toString()) as { readonly error: Readonly<Record<string, string>> };
  assert.deepEqual([error['code'], Object.keys(error)], ['Forbidden', ['code', 'message', 'target']]);
}

const reader = await application.createClient(tenant, 'reader', []);
const bearer = await tokenOf(reader.clientId);

describe('exports as files', () => {
  for (const [form, pages] of [
    ['SoftwareInventoryExport', 'SoftwareInventoryByMachine'],
    ['SoftwareInventoryNonCpeExport', 'SoftwareInventoryNoProductCodeByMachine'],
    ['SoftwareVulnerabilitiesExport', 'SoftwareVulnerabilitiesByMachine'],
  ] as const) {
    it(`${form}: what the pages have, behind links of the public address that need no token`, async () => {
      const { bytes } = await ask(node, `/api/machines/${form}`, bearer);
      const answer = JSON.parse(bytes.toString()) as Readonly<Record<string, unknown>>;
      assert.deepEqual(Object.keys(answer), ['@odata.context', 'exportFiles', 'generatedTime']);
      assert.equal(
        answer['@odata.context'],
        `${publicUrl}/api/$metadata#microsoft.windowsDefenderATP.api.ExportFilesResponse`,
      );
      assert.equal(answer['generatedTime'], '2026-11-23T12:00:00.000Z');
      const links = await linksOf(form, bearer);
      assert.deepEqual(links, answer['exportFiles']);
      const rows: Row[] = [];
      for (const link of links) {
        assert.ok(link.startsWith(`${publicUrl}/exports/${form}-`), link);
        assert.match(new URL(link).pathname, /\.json\.gz$/);
        const file = await ask(node, link);
        assert.equal(file.status, 200);
        assert.equal(file.headers['x-kbgap-catalogue'], 'stale; reason=too-old');
        assert.equal(file.headers['content-type'], 'application/gzip');
        assert.equal(file.headers['content-encoding'], undefined, 'a file that is packed, not a packed answer');
        rows.push(...rowsIn(file.bytes));
        assert.deepEqual((await ask(node, link, undefined, 'HEAD')).bytes.length, 0);
      }
      assert.deepEqual(rows, await pageRows(pages, bearer));
      if (form !== 'SoftwareInventoryNonCpeExport') assert.ok(rows.length > 10);
    });
  }

  it('dealt out to sixteen files by the first digit of the id: together they are the whole', async () => {
    const whole = rowsIn((await ask(node, await linkOf(bearer))).bytes);
    const dealt: Row[] = [];
    for (const shard of '0123456789abcdef'.split('')) {
      const list = 'SoftwareVulnerabilitiesExport';
      const expiresAt = clock.at + hourMs;
      const grant = { list, tenantId: tenant.id, clientId: reader.clientId, shard, expiresAt };
      const link = `/exports/${fileNameOf(grant)}?sig=${signGrant(grant, await application.getLinkSecret())}`;
      const rows = rowsIn((await ask(node, link)).bytes);
      assert.ok(rows.every(({ deviceId }) => String(deviceId).startsWith(shard)));
      dealt.push(...rows);
    }
    assert.deepEqual(dealt, whole);
  });

  it('tells of the moment in which it is fetched', async () => {
    const link = await linkOf(bearer);
    await reportAll(application, tenant, { devices: [{ name: 'later', build: '10.0.18363.476' }], receivedAt: now() });
    const { bytes } = await ask(node, link);
    assert.ok(rowsIn(bytes).some(({ deviceName }) => deviceName === 'later'));
  });

  for (const [query, hours] of [
    ['', 1],
    ['?sasValidHours=3', 3],
    ['?sasvalidhours=6', 6],
  ] as const) {
    it(`a link lasts ${hours} hours${query === '' ? ' unless asked otherwise' : ''}`, async () => {
      const link = await linkOf(await tokenOf(reader.clientId), query);
      clock.at += hours * hourMs - 1;
      assert.equal((await ask(node, link)).status, 200);
      clock.at += 1;
      await refused(link);
    });
  }

  for (const query of ['?sasValidHours=7', '?sasValidHours=0', '?sasValidHours=1.5', '?sasValidHours=x'])
    it(`400 for ${query}`, async () => {
      const { status, bytes } = await ask(
        node,
        `/api/machines/SoftwareInventoryExport${query}`,
        await tokenOf(reader.clientId),
      );
      assert.equal(status, 400);
      assert.match(bytes.toString(), /"code":"InvalidInput"/);
    });
});

describe('a link that is not ours', () => {
  it('changed anywhere: refused', async () => {
    const link = new URL(await linkOf(await tokenOf(reader.clientId)));
    const sig = link.searchParams.get('sig') ?? '';
    const [kid = '', grant = '', mac = ''] = sig.split('.');
    const longer = JSON.parse(Buffer.from(grant, 'base64url').toString()) as unknown[];
    longer[4] = Number(longer[4]) + hourMs;
    const forged = [
      '',
      'x',
      '..',
      `${kid}.${grant}`,
      `${kid}.${grant}.`,
      `${kid}.${grant}.${mac.slice(0, -2)}`,
      `${kid}.${grant}.${mac}.${mac}`,
      `x${kid}.${grant}.${mac}`,
      `${kid}.${Buffer.from(JSON.stringify(longer)).toString('base64url')}.${mac}`,
      `${kid}.${grant}.${Buffer.alloc(32).toString('base64url')}`,
      '__proto__.e30.e30',
    ];
    for (const each of forged) {
      const url = new URL(link);
      url.searchParams.set('sig', each);
      await refused(url.href);
    }
    await refused(`${link.origin}${link.pathname}`);
    // Good for its own file alone.
    for (const other of ['SoftwareInventoryExport-00000.json.gz', 'SoftwareVulnerabilitiesExport-00001.json.gz', 'x'])
      await refused(`${publicUrl}/exports/${other}?sig=${sig}`);
    assert.equal((await ask(node, `${link.pathname}?sig=${sig}&sig=${sig}`)).status, 400);
  });

  it('of another data folder: refused', async () => {
    const foreign = openNode(temporaryFolder({ after }));
    await refused(await linkOf(await tokenOf(reader.clientId)), foreign);
  });

  it('another method is 405', async () => {
    const { statusCode, headers } = await node.server.inject({ method: 'POST', url: '/exports/x' });
    assert.deepEqual([statusCode, headers['allow']], [405, 'GET, HEAD']);
  });
});

describe('who a link speaks for', () => {
  it('another process of the same data folder honours it', async () => {
    const second = openNode(dataFolder);
    const link = await linkOf(await tokenOf(reader.clientId));
    assert.deepEqual(rowsIn((await ask(second, link)).bytes), rowsIn((await ask(node, link)).bytes));
  });

  it('a client that is revoked: for nobody any more', async () => {
    const client = await application.createClient(tenant, 'leaves', []);
    const link = await linkOf(await tokenOf(client.clientId));
    assert.equal((await ask(node, link)).status, 200);
    await application.revokeClient(tenant, client.clientId);
    await refused(link);
  });

  it('a client of device groups: for those that it may see when the file is fetched', async () => {
    const client = await application.createClient(tenant, 'bound', [], { groups: ['Berlin'] });
    const link = await linkOf(await tokenOf(client.clientId));
    const names = async (): Promise<readonly string[]> =>
      [...new Set(rowsIn((await ask(node, link)).bytes).map(({ deviceName }) => String(deviceName)))].sort();
    assert.deepEqual(await names(), ['pc-a', 'srv-e']);
    await reportAll(application, tenant, {
      devices: [{ name: 'pc-a', build: '10.0.18363.476', tags: [] }],
      receivedAt: now(),
    });
    assert.deepEqual(await names(), ['srv-e']);
  });

  it('a tenant that is deleted: for nobody any more', async () => {
    const gone = await application.createTenant('gone');
    const bearerOfGone = await issueToken({
      application,
      tenant: gone,
      clientId: (await application.createClient(gone, 'reader', [])).clientId,
      roles: allRoles,
      audience: publicUrl,
      issuer: publicUrl,
      now: now(),
    });
    const link = await linkOf(bearerOfGone);
    assert.deepEqual(rowsIn((await ask(node, link)).bytes), []);
    await application.deleteTenant('gone');
    await refused(link);
  });
});

describe('links and the keys of tokens', () => {
  it('outlive a new key by their own time, though its tokens do not', async () => {
    const link = await linkOf(await tokenOf(reader.clientId), '?sasValidHours=6');
    await application.rotateTokenKey();
    clock.at += 6 * hourMs - 1;
    await application.rotateTokenKeyIfDue(90);
    assert.equal((await application.listTokenKeys()).length, 1);
    assert.equal((await ask(node, link)).status, 200);
    clock.at += 2 * 60_000;
    await application.rotateTokenKeyIfDue(90);
    await refused(link);
  });

  it('end with a key that is dropped', async () => {
    const link = await linkOf(await tokenOf(reader.clientId));
    await application.rotateTokenKey({ dropOld: true });
    await refused(link);
    assert.equal((await ask(node, await linkOf(await tokenOf(reader.clientId)))).status, 200);
  });
});
