import type { FastifyRequest } from 'fastify';
import type { Collection } from '../../contract/collection.ts';
import { toVulnerability, vulnerabilityType } from '../../contract/vulnerability.ts';
import type { Vulnerability } from '../../contract/vulnerability.ts';
import type { ListRules } from '../../odata/list-rules.ts';
import { listAnswer } from '../list-answer.ts';
import type { RouteContext } from '../route.ts';

export const vulnerabilityRules: ListRules = { type: vulnerabilityType, largestPage: 8000 };

/** These CVEs, by `CveNumbers`. */
export function vulnerabilitiesAnswer(
  request: FastifyRequest,
  context: RouteContext,
  { fragment, cves }: { readonly fragment: string; readonly cves: Iterable<number> },
): Collection<Partial<Vulnerability>> {
  const rows = context.application.exposure.vulnerabilities(context.caller, cves).map(toVulnerability);
  return listAnswer(request, context, { rules: vulnerabilityRules, fragment, rows });
}
