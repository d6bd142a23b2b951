import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { makeCertificate } from './certificates.ts';
import { kbgap, startServer } from './server.ts';
import type { ServerProcess } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** A running kbgap with a certificate that this process trusts, a client of it, and a device that lacks updates. */
export interface TlsServer extends ServerProcess {
  readonly tenantId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly device: string;
}

/** Ends when the tests of the file have. The address is `https://localhost:…`, as the certificate has it. */
export async function startTlsServer(): Promise<TlsServer> {
  const folder = temporaryFolder({ after });
  const data = join(folder, 'data');
  const authority = makeCertificate('authority', { isAuthority: true });
  const own = makeCertificate('localhost', { issuer: authority });
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  writeFileSync(files.cert, own.cert + authority.cert);
  writeFileSync(files.key, own.key);
  setDefaultCACertificates([...getCACertificates('default'), authority.cert]);
  const server = await startServer(['serve', '--data', data, '--tls-cert', files.cert, '--tls-key', files.key]);
  after(() => server.stop());
  const url = server.url.replace('127.0.0.1', 'localhost');
  const client = JSON.parse((await kbgap(['client', 'create', 'siem', '--data', data, '--json'])).stdout) as Record<
    'tenantId' | 'clientId' | 'clientSecret',
    string
  >;
  const token = (await kbgap(['token', '--data', data])).stdout.trim();
  const report = {
    schema: 'kbgap-inventory/1',
    device: { name: 'mymachine1.contoso.com' },
    os: { name: 'Windows 11 Pro', build: '10.0.26100.1742', architecture: 'x64', installationType: 'Client' },
  };
  const answer = await fetch(`${url}/v1/reports`, {
    method: 'POST',
    body: JSON.stringify(report),
    headers: { authorization: `Bearer ${token}` },
  });
  if (answer.status !== 200) throw new Error(await answer.text());
  return { ...server, url, ...client, device: report.device.name };
}

interface MissingKb {
  readonly id: string;
  readonly osBuild: number;
}

/** What `getmissingkbs` answers for the device, with a client's token. */
export async function readMissingKbs({ url, device }: TlsServer, token: string): Promise<readonly MissingKb[]> {
  const answer = await fetch(`${url}/api/machines/${device}/getmissingkbs`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { readonly value: readonly MissingKb[] }).value;
}
