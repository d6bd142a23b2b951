import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { issueToken, localOperatorClientId } from '../../api/auth/issue-token.ts';
import { readNative } from '../../inventory/readers/native/read.ts';
import { allRoles } from '../../operations/roles.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print } from '../output.ts';
import { runServer } from '../run-server.ts';
import { untilAsked } from '../until-asked.ts';
import { createSignInLink } from './open.ts';
import { parsePort } from './serve.ts';
import { defaultAudience } from './token.ts';

interface DemoOptions extends CommonOptions {
  readonly port: string;
}

/** `kbgap demo`: the server on a temporary folder with a made-up fleet; everything is gone when it ends. */
export async function runDemo(_: readonly string[], options: DemoOptions): Promise<ExitCode> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'kbgap-demo-'));
  try {
    const server = await runServer({ dataFolder, host: '127.0.0.1', port: parsePort(options.port), logLevel: 'error' });
    const ended = untilAsked();
    const tenant = server.application.getTenant('default');
    const fleet = readFleet();
    const reports = fleet.map((report) => ({
      inventory: readNative(report),
      raw: Buffer.from(JSON.stringify(report)),
    }));
    await Promise.all(
      reports.map(({ inventory, raw }) =>
        server.application.applyReport(tenant, { inventory, raw, format: 'native', receivedAt: new Date() }),
      ),
    );
    const token = await issueToken({
      application: server.application,
      tenant,
      clientId: localOperatorClientId,
      roles: allRoles,
      audience: defaultAudience,
      issuer: server.url,
      now: new Date(),
    });
    const shown = reports[0]?.inventory.device.name ?? '';
    const curl = `curl -s -H "Authorization: Bearer ${token}" ${server.url}/api/machines/${shown}/getmissingkbs`;
    const { url: page } = await createSignInLink(server.application, tenant, server.url);
    if (options.json === true) print(JSON.stringify({ url: server.url, page, token, curl }));
    else {
      print(
        `kbgap demo: ${fleet.length} made-up devices, starter catalogue\n\n  page   ${server.url}/\n  enter  ${page}\n         (signs in to the page, once)\n  token  ${token}\n\n  ${curl}\n\nCtrl-C ends it.`,
      );
    }
    const signal = await ended;
    await server.stop();
    return signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.clean;
  } finally {
    rmSync(dataFolder, { recursive: true, force: true });
  }
}

function readFleet(): readonly unknown[] {
  const text = readFileSync(new URL('../demo-fleet.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly devices: readonly unknown[] }).devices;
}
