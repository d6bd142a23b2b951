import { createInterface } from 'node:readline/promises';
import type { Application } from '../../operations/application.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { withDataFolder } from '../with-application.ts';

interface DeleteOptions extends CommonOptions {
  readonly yes?: boolean;
}

/** `kbgap tenant create NAME` */
export function runTenantCreate([name = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withDataFolder(options, async (application) => {
    const tenant = await application.createTenant(name);
    if (options.json === true) print(JSON.stringify({ tenantId: tenant.id, name: tenant.name }));
    else print(`${tenant.id}  ${tenant.name}`);
    return exitCodes.clean;
  });
}

/** `kbgap tenant list` */
export function runTenantList(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withDataFolder(options, async (application) => {
    const tenants = application.listTenants();
    if (options.json === true) print(JSON.stringify(tenants, null, 2));
    else
      for (const { tenantId, name, devices, createdAt } of tenants)
        print(`${tenantId}  ${name}  ${devices} devices  created ${createdAt}`);
    return exitCodes.clean;
  });
}

/** `kbgap tenant delete NAME|GUID`: all that is kept of it; asks for the name unless `--yes` is given. */
export function runTenantDelete([idOrName = '']: readonly string[], options: DeleteOptions): Promise<ExitCode> {
  return withDataFolder(options, async (application) => {
    if (options.yes !== true) await confirm(application, idOrName);
    const tenant = await application.deleteTenant(idOrName);
    if (options.json === true) print(JSON.stringify({ tenantId: tenant.id, name: tenant.name }));
    else if (options.quiet !== true) print(`${tenant.name} deleted`);
    return exitCodes.clean;
  });
}

/** @throws {UsageError} where nobody can be asked, or where the answer is another. */
async function confirm(application: Application, idOrName: string): Promise<void> {
  if (!process.stdin.isTTY) throw new UsageError('expected --yes, since nobody can be asked here');
  const wanted = application.getTenant(idOrName);
  const devices = application.listTenants().find(({ tenantId }) => tenantId === wanted.id)?.devices ?? 0;
  say(`This deletes the tenant ${wanted.name} with ${devices} devices and all else that is kept of it.`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question('Its name, to go on: ');
    if (answer.trim() !== wanted.name)
      throw new UsageError(`expected ${wanted.name}, got another name; nothing was deleted`);
  } finally {
    terminal.close();
  }
}
