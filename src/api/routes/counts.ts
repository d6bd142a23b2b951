import { deviceQueryOf, machineRules } from '../odata/machine-query.ts';
import type { Filter } from '../odata/filter.ts';
import { evaluate } from '../odata/evaluate.ts';
import type { Row } from '../odata/evaluate.ts';
import type { ListRules } from '../odata/list-rules.ts';
import { parseQueryOptions } from '../odata/query-options.ts';
import { recommendationType } from '../contract/recommendation.ts';
import { softwareType, toSoftware } from '../contract/software.ts';
import { toVulnerability } from '../contract/vulnerability.ts';
import {
  countMachineVulnerabilities,
  machineVulnerabilityRules,
} from '../machine-vulnerabilities/machine-vulnerability-page.ts';
import { machineFactsOf } from './machines/machine-facts.ts';
import Type from 'typebox';
import { recommendationsOf } from './recommendations/find-recommendation.ts';
import type { Route, RouteContext } from './route.ts';
import { vulnerabilityRules } from './vulnerabilities/vulnerabilities-answer.ts';

type Count = (
  context: RouteContext & { readonly isGone: () => boolean },
  filter: Filter | undefined,
) => number | Promise<number>;

function countRows(rowsOf: (context: RouteContext) => readonly Row[]): Count {
  return (context, filter) => {
    const rows = rowsOf(context);
    return filter === undefined ? rows.length : rows.filter((row) => evaluate(filter, row)).length;
  };
}

/** GET /api/machines/$count and its like: how many rows the filter lets pass, as text. */
function countOf(route: Pick<Route, 'path' | 'roles' | 'tag'>, rules: ListRules, count: Count): Route {
  return {
    ...route,
    path: `${route.path}/$count`,
    method: 'GET',
    summary: 'How many rows there are, or how many the filter lets pass.',
    options: 'list',
    answer: Type.String({ pattern: '^[0-9]+$' }),
    answerType: 'text/plain',
    async handle(request, reply, context) {
      const { filter } = parseQueryOptions(request.query as Record<string, unknown>, rules);
      return reply
        .type('text/plain; charset=utf-8')
        .send(String(await count({ ...context, isGone: () => reply.raw.destroyed }, filter)));
    },
  };
}

const countMachines: Count = async ({ application, caller, now }, filter) => {
  const none = { orderBy: [], select: undefined, skip: 0, after: undefined };
  const query = deviceQueryOf({ ...none, filter, top: 0, count: true }, machineFactsOf(application, caller, now));
  return (await application.listDevices(caller, query)).count ?? 0;
};

const vulnerabilityRoles = ['Vulnerability.Read.All', 'Vulnerability.Read'];

/** The path segment `/$count` behind each entity set. */
export const counts: readonly Route[] = [
  countOf(
    { path: '/machines', roles: ['Machine.Read.All', 'Machine.Read'], tag: 'Machines' },
    machineRules,
    countMachines,
  ),
  countOf(
    { path: '/Software', roles: ['Software.Read.All', 'Software.Read'], tag: 'Software' },
    { type: softwareType, largestPage: 10_000 },
    countRows(({ application, caller }) => application.exposure.listSoftware(caller).map(toSoftware)),
  ),
  countOf(
    { path: '/vulnerabilities', roles: vulnerabilityRoles, tag: 'Vulnerabilities' },
    vulnerabilityRules,
    countRows(({ application, caller }) => application.exposure.listVulnerabilities(caller).map(toVulnerability)),
  ),
  countOf(
    { path: '/vulnerabilities/machinesVulnerabilities', roles: vulnerabilityRoles, tag: 'Vulnerabilities' },
    machineVulnerabilityRules,
    ({ application, caller: scope, isGone }, filter) =>
      countMachineVulnerabilities({ application, scope, isGone }, filter),
  ),
  countOf(
    {
      path: '/recommendations',
      roles: ['SecurityRecommendation.Read.All', 'SecurityRecommendation.Read'],
      tag: 'Recommendations',
    },
    { type: recommendationType, largestPage: 10_000 },
    countRows(recommendationsOf),
  ),
];
