import type { Application } from '../../operations/application.ts';
import { localOperator } from '../../operations/audit.ts';
import { allRoles } from '../../operations/roles.ts';
import type { Tenant } from '../../store/store.ts';
import { readConfig } from '../config.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { withApplication } from '../with-application.ts';

interface OpenOptions extends CommonOptions {
  readonly url?: string;
}

/** `kbgap open`: a link that signs in to the page once, with all roles, for whoever can read the data folder. */
export function runOpen(_: readonly string[], options: OpenOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const base = options.url ?? readConfig().publicUrl ?? 'http://127.0.0.1:8080';
    const { url, expiresAt } = await createSignInLink(application, tenant, base);
    if (options.json === true) print(JSON.stringify({ url, expiresAt }));
    else {
      print(url);
      say(`It signs in once, until ${expiresAt}.`);
    }
    return exitCodes.clean;
  });
}

/** `expiresAt`: ISO 8601 in UTC. */
export async function createSignInLink(
  application: Application,
  tenant: Tenant,
  baseUrl: string,
): Promise<{ readonly url: string; readonly expiresAt: string }> {
  const operator = { holder: 'operator', holderId: localOperator, name: localOperator, roles: allRoles } as const;
  const { secret, expiresAt } = await application.sessions.createLink(tenant, operator);
  return { url: `${baseUrl.replace(/\/+$/, '')}/open?code=${secret}`, expiresAt };
}
