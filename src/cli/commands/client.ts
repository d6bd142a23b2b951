import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { withApplication } from '../with-application.ts';

interface ClientOptions extends CommonOptions {
  readonly role?: readonly string[];
  readonly group?: readonly string[];
}

interface BindOptions extends CommonOptions {
  readonly group?: readonly string[];
  readonly allGroups?: boolean;
}

/** `kbgap client create NAME [--role R]… [--group G]…`: the secret is shown this once. */
export function runClientCreate([name = '']: readonly string[], options: ClientOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const { tenantId, clientId, clientSecret } = await application.createClient(
      tenant,
      name,
      options.role ?? [],
      options.group === undefined ? {} : { groups: options.group },
    );
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
      for (const { clientId, name, roles, groups, revokedAt } of clients) {
        const seen = groups === null ? '' : `  sees ${groups.length === 0 ? 'no device' : groups.join(', ')}`;
        print(`${clientId}  ${name}  ${roles.join(' ')}${seen}${revokedAt === null ? '' : `  revoked ${revokedAt}`}`);
      }
    return exitCodes.clean;
  });
}

/** `kbgap client bind ID --group G…`, or `--all-groups`: tokens that were issued are good for just that from now on. */
export function runClientBind([id = '']: readonly string[], options: BindOptions): Promise<ExitCode> {
  if ((options.group === undefined) !== (options.allGroups === true))
    throw new UsageError('expected --group or --all-groups, and not both');
  return withApplication(options, async (application, tenant) => {
    const client = await application.groups.bindClient(tenant, id, options.group ?? null);
    if (options.json === true) print(JSON.stringify(client));
    else if (options.quiet !== true) print(`${client.clientId} sees ${client.groups?.join(', ') ?? 'every device'}`);
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
