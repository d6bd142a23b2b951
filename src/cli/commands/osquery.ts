import { readFileSync } from 'node:fs';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { withApplication } from '../with-application.ts';

interface SecretCreateOptions extends CommonOptions {
  readonly secretFile?: string;
}

interface SecretRevokeOptions extends CommonOptions {
  readonly withNodes?: boolean;
}

/** `kbgap osquery secret create NAME [--secret-file FILE]`: the secret is shown this once. */
export function runSecretCreate([name = '']: readonly string[], options: SecretCreateOptions): Promise<ExitCode> {
  const given = options.secretFile === undefined ? undefined : readSecret(options.secretFile);
  return withApplication(options, async (application, tenant) => {
    const { tenantId, secretId, secret } = await application.osquery.createSecret(tenant, name, given);
    const shown = given === undefined ? { secret } : {};
    if (options.json === true) print(JSON.stringify({ tenantId, secretId, ...shown }));
    else {
      print(`tenant id  ${tenantId}\nsecret id  ${secretId}${given === undefined ? `\nsecret     ${secret}` : ''}`);
      if (given === undefined) say('The secret is not kept and cannot be shown again.');
    }
    return exitCodes.clean;
  });
}

/** `kbgap osquery secret list` */
export function runSecretList(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const secrets = application.osquery.listSecrets(tenant);
    if (options.json === true) print(JSON.stringify(secrets, null, 2));
    else
      for (const { secretId, name, createdAt, revokedAt } of secrets)
        print(`${secretId}  ${name}  created ${createdAt}${revokedAt === null ? '' : `  revoked ${revokedAt}`}`);
    return exitCodes.clean;
  });
}

/** `kbgap osquery secret revoke ID [--with-nodes]`: no host enrols by it any more. */
export function runSecretRevoke([id = '']: readonly string[], options: SecretRevokeOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const withNodes = options.withNodes === true;
    const revoked = await application.osquery.revokeSecret(tenant, id, { withNodes });
    if (options.json === true) print(JSON.stringify(revoked));
    else if (options.quiet !== true)
      print(`${revoked.secretId} revoked${withNodes ? `, and the keys of ${revoked.revokedNodes} nodes` : ''}`);
    return exitCodes.clean;
  });
}

/** `kbgap osquery node list` */
export function runNodeList(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const nodes = await application.osquery.list(tenant);
    if (options.json === true) print(JSON.stringify(nodes, null, 2));
    else
      for (const { nodeId, hostName, hostIdentifier, enrolledAt, reportedAt, isWindows, revokedAt } of nodes) {
        const state = revokedAt === null ? (isWindows ? '' : '  not Windows') : `  revoked ${revokedAt}`;
        print(
          `${nodeId}  ${hostName ?? hostIdentifier}  enrolled ${enrolledAt}  told ${reportedAt ?? 'never'}${state}`,
        );
      }
    return exitCodes.clean;
  });
}

/** `kbgap osquery node revoke ID`: its key is refused; a host that has a good secret enrols again. */
export function runNodeRevoke([id = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    await application.osquery.revoke(tenant, id);
    if (options.json === true) print(JSON.stringify({ nodeId: id }));
    else if (options.quiet !== true) print(`${id} revoked`);
    return exitCodes.clean;
  });
}

/** From a file, since arguments are seen by everybody on the machine. */
function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new UsageError(
      `--secret-file: expected a file with the secret, but ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
