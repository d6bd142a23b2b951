import Type from 'typebox';
import type { ChangedFigures, ListedChange } from '../../../operations/publications/list-changes.ts';
import { changesShape } from '../../contract/own/changes-shape.ts';
import { instant } from '../../contract/own/shape.ts';
import { numberParameter, oneInstant } from '../parameters.ts';
import type { Route } from '../route.ts';

const usualPage = 20;
const largestPage = 100;
const usualItems = 100;
const mostItems = 10_000;

/** GET /v1/changes: what each catalogue that came into force changed for the devices that the caller sees. */
export const listChanges: Route = {
  method: 'GET',
  path: '/changes',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Catalogue',
  summary: 'What each new catalogue changed: documents, verdicts, updates, CVEs; newest first.',
  parameters: [
    { name: 'cursor', description: 'What came before an earlier answer.', schema: instant },
    { name: 'top', description: 'Changes at most, 1 to 100; without it 20.', schema: Type.Integer({ minimum: 1 }) },
    {
      name: 'items',
      description: 'Entries of each list at most, 0 to 10000; without it 100. `total` counts all.',
      schema: Type.Integer({ minimum: 0 }),
    },
  ],
  answer: changesShape,
  async handle(request, _reply, { application, caller }) {
    const before = oneInstant(request, 'cursor');
    const top = numberParameter(request, 'top', { usual: usualPage, least: 1, most: largestPage });
    const items = numberParameter(request, 'items', { usual: usualItems, least: 0, most: mostItems });
    const { changes, hasMore } = await application.listChanges(caller, {
      top,
      ...(before === undefined ? {} : { before }),
    });
    return {
      changes: changes.map((change) => toChange(change, items)),
      cursor: changes.at(-1)?.publishedAt ?? before ?? null,
      hasMore,
    };
  },
};

function toChange(change: ListedChange, most: number): object {
  const { publishedAt, catalogueId, previousCatalogueId, ruleSet, previousRuleSet, judgedMs, documents } = change;
  return {
    publishedAt,
    catalogue: { before: previousCatalogueId, after: catalogueId },
    ruleSet: { before: previousRuleSet, after: ruleSet },
    judgedMs,
    documents: {
      total: documents.length,
      items: documents.slice(0, most).map(({ id, revisedAt, hash }) => ({
        id,
        revisedAt: { before: revisedAt[0], after: revisedAt[1] },
        hash: { before: hash[0], after: hash[1] },
      })),
    },
    verdicts: change.verdicts === null ? null : toVerdicts(change.verdicts, most),
  };
}

function toVerdicts(
  { devices, devicesChanged, patchStates, coverage, kbs, cves }: ChangedFigures,
  most: number,
): object {
  return {
    devices: { total: devices, changed: devicesChanged },
    patchStates,
    coverage: coverage.map(([before, after, moved]) => ({ before, after, devices: moved })),
    kbs: {
      total: kbs.length,
      newlyMissing: kbs.filter(([, before]) => before === 0).length,
      noLongerMissing: kbs.filter(([, , after]) => after === 0).length,
      items: kbs.slice(0, most).map(([kb, before, after]) => ({ kb, before, after })),
    },
    cves: {
      total: cves.length,
      newlyOpen: cves.filter(([, before]) => before === 0).length,
      closed: cves.filter(([, , after]) => after === 0).length,
      items: cves.slice(0, most).map(([cve, before, after]) => ({ cve, before, after })),
    },
  };
}
