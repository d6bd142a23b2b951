import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { issueToken, localOperatorClientId } from '../../src/api/auth/issue-token.ts';
import { createServer } from '../../src/api/server.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { allRoles } from '../../src/operations/roles.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = (): Date => new Date('2026-11-23T12:00:00Z');
const application = openApplication({
  dataFolder: temporaryFolder({ after }),
  now,
  engine: catalogueEngine(loadStarterCatalogue(), true),
});
const server = createServer({ application, logger: false, now, publicUrl: 'https://kbgap.example/' });
after(async () => {
  await server.close();
  await application.close();
});

async function bearer(roles: readonly string[]): Promise<string> {
  const token = await issueToken({
    application,
    tenant: application.getTenant('default'),
    clientId: localOperatorClientId,
    roles,
    audience: 'https://api.securitycenter.microsoft.com',
    issuer: 'https://kbgap.example',
    now: now(),
  });
  return `Bearer ${token}`;
}

const systeminfo = `\r\nHost Name:                 PC\r\nOS Name:                   Microsoft Windows 10 Enterprise\r\nOS Version:                10.0.18363 N/A Build 18363\r\nSystem Type:               x64-based PC\r\nHotfix(s):                 1 Hotfix(s) Installed.\r\n                           [01]: KB4532693\r\n`;
const vulsHeaders = {
  'content-type': 'text/plain',
  'x-vuls-os-family': 'windows',
  'x-vuls-server-name': 'vuls-pc',
  'x-vuls-os-release': 'Windows 10 Version 1909 for x64-based Systems',
  'x-vuls-kernel-version': '10.0.18363.657',
};

interface ScanResult {
  readonly serverName: string;
  readonly release: string;
  readonly warnings: readonly string[];
  readonly scannedCves: Readonly<
    Record<string, { readonly cveID: string; readonly windowsKBFixedIns?: readonly string[] }>
  >;
  readonly runningKernel: { readonly version: string };
  readonly windowsKB: { readonly applied: readonly string[]; readonly unapplied: readonly string[] };
}

async function post(
  payload: string | Buffer,
  headers: Readonly<Record<string, string>> = vulsHeaders,
  roles: readonly string[] = ['Report.Write.All', 'Software.Read.All'],
): Promise<{ readonly status: number; readonly body: unknown }> {
  const authorization = await bearer(roles);
  const answer = await server.inject({ method: 'POST', url: '/vuls', headers: { ...headers, authorization }, payload });
  return { status: answer.statusCode, body: answer.json() };
}

async function resultOf(...request: Parameters<typeof post>): Promise<ScanResult> {
  const { status, body } = await post(...request);
  assert.equal(status, 200, JSON.stringify(body));
  const [result, second] = body as readonly ScanResult[];
  assert.ok(result !== undefined && second === undefined);
  return result;
}

describe('POST /vuls', () => {
  it('judges by the kernel version and answers as Vuls does', async () => {
    const result = await resultOf(systeminfo);
    assert.equal(result.serverName, 'vuls-pc');
    assert.equal(result.release, 'Windows 10 Version 1909 for x64-based Systems');
    assert.equal(result.runningKernel.version, '10.0.18363.657');
    assert.deepEqual(result.windowsKB.applied, ['4532693']);
    // CVE-2020-0684 is of March 2020, fixed at .719 by KB4540673 (MSRC's document of that month).
    assert.ok(result.windowsKB.unapplied.includes('4540673'));
    assert.deepEqual(result.scannedCves['CVE-2020-0684']?.windowsKBFixedIns?.includes('KB4540673'), true);
    assert.deepEqual(result.warnings, []);
  });

  it('keeps the device, which the contract then names', async () => {
    const authorization = await bearer(allRoles);
    const answer = await server.inject({
      url: '/api/machines/vuls-pc/getmissingkbs',
      headers: { authorization },
    });
    assert.equal(answer.statusCode, 200);
    assert.ok(answer.json<{ value: readonly { id: string }[] }>().value.some(({ id }) => id === '4540673'));
  });

  it('reads systeminfo as PowerShell redirects it, and packed', async () => {
    const utf16 = Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(systeminfo, 'utf16le')]);
    assert.equal((await resultOf(utf16)).runningKernel.version, '10.0.18363.657');
    const packed = { ...vulsHeaders, 'content-encoding': 'gzip' };
    assert.equal((await resultOf(gzipSync(systeminfo), packed)).runningKernel.version, '10.0.18363.657');
  });

  it('reads a result of a scan', async () => {
    const scan = {
      jsonVersion: 4,
      serverName: 'scanned',
      family: 'windows',
      release: 'Windows 10 Version 1909 for x64-based Systems',
      runningKernel: { version: '10.0.18363.657' },
      scannedCves: {},
    };
    const result = await resultOf(JSON.stringify(scan), { 'content-type': 'application/json' });
    assert.equal(result.serverName, 'scanned');
    assert.ok('CVE-2020-0684' in result.scannedCves);
  });

  it('warns where nothing was judged, so that no CVEs are not taken for none open', async () => {
    const bare = { ...vulsHeaders, 'x-vuls-server-name': 'bare', 'x-vuls-kernel-version': '' };
    const result = await resultOf(systeminfo.replace(/Hotfix[\s\S]*/, ''), bare);
    assert.match(result.warnings[0] ?? '', /^kbgap: not-assessed$/);
    assert.ok(result.warnings.length > 1);
  });

  const refused: readonly [says: string, payload: string, headers: Record<string, string>, message: RegExp][] = [
    ['no family', systeminfo, { 'content-type': 'text/plain' }, /X-Vuls-OS-Family: expected windows, got nothing/],
    [
      'another family',
      systeminfo,
      { ...vulsHeaders, 'x-vuls-os-family': 'ubuntu' },
      /expected X-Vuls-OS-Family: windows, got ubuntu/,
    ],
    ['no systeminfo', 'libc6,ii ,2.36', vulsHeaders, /expected/],
    ['other JSON', '{"hello":1}', vulsHeaders, /result of a scan/],
  ];
  for (const [says, payload, headers, message] of refused) {
    it(`${says}: 400, saying what was expected`, async () => {
      const { status, body } = await post(payload, headers);
      assert.equal(status, 400);
      assert.match((body as { readonly error: { readonly message: string } }).error.message, message);
    });
  }

  it('tells nothing of what is open to a token that may only report, and says so', async () => {
    const result = await resultOf(systeminfo, vulsHeaders, ['Report.Write.All']);
    assert.deepEqual(result.scannedCves, {});
    assert.deepEqual(result.windowsKB, { applied: [], unapplied: [] });
    assert.match(result.warnings.join('\n'), /empty because the token lacks the role Software\.Read\.All/);
    assert.equal(result.runningKernel.version, '10.0.18363.657');
  });

  it('needs a token with the role to write reports', async () => {
    assert.equal((await post(systeminfo, vulsHeaders, ['Software.Read.All'])).status, 403);
    assert.equal(
      (await server.inject({ method: 'POST', url: '/vuls', headers: vulsHeaders, payload: systeminfo })).statusCode,
      401,
    );
  });

  it('is 405 for another method', async () => {
    const answer = await server.inject({ url: '/vuls', headers: { authorization: await bearer(allRoles) } });
    assert.deepEqual([answer.statusCode, answer.headers['allow']], [405, 'POST']);
  });
});
