import { issueToken, localOperatorClientId } from '../../api/auth/issue-token.ts';
import { allRoles, parseRoles } from '../../operations/roles.ts';
import { readConfig } from '../config.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print } from '../output.ts';
import { withApplication } from '../with-application.ts';

interface TokenOptions extends CommonOptions {
  readonly role?: readonly string[];
}

/** Audience of tokens that no client asked for: the documented one. */
export const defaultAudience = 'https://api.securitycenter.microsoft.com';

/** `kbgap token [--role R]…`: one bearer token for whoever can read the data folder, valid an hour. */
export function runToken(_: readonly string[], options: TokenOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const roles = parseRoles(options.role ?? allRoles);
    const token = await issueToken({
      application,
      tenant,
      clientId: localOperatorClientId,
      roles,
      audience: defaultAudience,
      issuer: readConfig().publicUrl ?? 'http://127.0.0.1:8080',
      now: new Date(),
    });
    print(options.json === true ? JSON.stringify({ token }) : token);
    return exitCodes.clean;
  });
}
