import type { Application } from '../../operations/application.ts';
import type { AuditEntry } from '../../operations/list-audit.ts';
import { parseInstant } from '../../store/instant.ts';
import type { Tenant } from '../../store/store.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print } from '../output.ts';
import { withApplication } from '../with-application.ts';

interface AuditOptions extends CommonOptions {
  readonly since?: string;
}

/** `kbgap audit list [--since INSTANT]`: the tenant's lines and those that concern every tenant, oldest first. */
export function runAuditList(_: readonly string[], options: AuditOptions): Promise<ExitCode> {
  const since = options.since === undefined ? undefined : sinceOf(options.since);
  return withApplication(options, async (application, tenant) => {
    const entries = await allEntries(application, tenant, since);
    if (options.json === true) print(JSON.stringify(entries, null, 2));
    else for (const entry of entries) print(textOf(entry));
    return exitCodes.clean;
  });
}

function sinceOf(text: string): string {
  const instant = parseInstant(text);
  if (instant === undefined)
    throw new UsageError(
      `--since: expected a date or an instant such as 2026-06-30T08:00:00Z, got ${JSON.stringify(text)}`,
    );
  return instant.iso;
}

async function allEntries(
  application: Application,
  tenant: Tenant,
  since: string | undefined,
): Promise<readonly AuditEntry[]> {
  const found: AuditEntry[] = [];
  for (const whose of [tenant, null]) {
    let after: string | undefined;
    for (let more = true; more;) {
      const page = await application.listAudit(whose, {
        top: 1000,
        ...(since === undefined ? {} : { since }),
        ...(after === undefined ? {} : { after }),
      });
      found.push(...page.entries);
      after = page.entries.at(-1)?.at;
      more = page.hasMore;
    }
  }
  return found.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
}

function textOf({ at, actor, action, subject, detail }: AuditEntry): string {
  const more = Object.keys(detail).length === 0 ? '' : `  ${JSON.stringify(detail)}`;
  return `${at}  ${actor}  ${action}  ${subject ?? ''}${more}`;
}
