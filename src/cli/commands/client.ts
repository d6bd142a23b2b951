import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { withApplication } from '../with-application.ts';

interface ClientOptions extends CommonOptions {
  readonly role?: readonly string[];
}

/** `kbgap client create NAME [--role R]…`: the secret is shown this once. */
export function runClientCreate([name = '']: readonly string[], options: ClientOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const { tenantId, clientId, clientSecret } = await application.createClient(tenant, name, options.role ?? []);
    if (options.json === true) print(JSON.stringify({ tenantId, clientId, clientSecret }));
    else {
      print(`tenant id      ${tenantId}\nclient id      ${clientId}\nclient secret  ${clientSecret}`);
      say('The secret is not kept and cannot be shown again.');
    }
    return exitCodes.clean;
  });
}

/** `kbgap client list` */
export function runClientList(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const clients = application.listClients(tenant);
    if (options.json === true) print(JSON.stringify(clients, null, 2));
    else
      for (const { clientId, name, roles, revokedAt } of clients)
        print(`${clientId}  ${name}  ${roles.join(' ')}${revokedAt === null ? '' : `  revoked ${revokedAt}`}`);
    return exitCodes.clean;
  });
}

/** `kbgap client revoke ID`: no token is issued to it any more, and those issued are refused. */
export function runClientRevoke([id = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const revoked = await application.revokeClient(tenant, id);
    if (options.json === true) print(JSON.stringify(revoked));
    else if (options.quiet !== true) print(`${revoked.clientId} revoked`);
    return exitCodes.clean;
  });
}
