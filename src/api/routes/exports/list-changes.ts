import Type from 'typebox';
import { collectionSchema } from '../../contract/collection.ts';
import { deltaAssetVulnerabilityType } from '../../contract/asset-types.ts';
import { assetSourceOf } from '../../exports/asset-facts.ts';
import { vulnerabilityRoles } from '../../exports/asset-lists.ts';
import { changedRows } from '../../exports/changed-rows.ts';
import { parsePageOptions, parseSinceTime } from '../../exports/export-options.ts';
import { OpenStreams } from '../../exports/open-streams.ts';
import { pageText } from '../../exports/page-text.ts';
import type { Route } from '../route.ts';
import { pageParameters } from './list-assets.ts';

/** Each holds up the clearing of the database's log. */
const streams = new OpenStreams(8);

/** GET /api/machines/SoftwareVulnerabilityChangesByMachine: what an export of `sinceTime` and one of now differ in. */
export const listVulnerabilityChanges: Route = {
  method: 'GET',
  path: '/machines/SoftwareVulnerabilityChangesByMachine',
  roles: vulnerabilityRoles,
  tag: 'Exports',
  summary: 'CVEs that came up, were fixed or changed on devices since a time, page by page.',
  parameters: [
    {
      name: 'sinceTime',
      description: 'Required; at most 14 days back: `2026-11-20T08:00:00Z`.',
      schema: Type.String(),
    },
    ...pageParameters,
  ],
  answer: collectionSchema(deltaAssetVulnerabilityType),
  streams: true,
  async handle(request, reply, { application, caller, baseUrl, now }) {
    const options = parsePageOptions(request);
    const since = parseSinceTime(request, now);
    streams.check();
    const changes = await application.assets.changesSince(caller, since);
    reply.type('application/json; charset=utf-8').header('cache-control', 'no-store');
    if (request.method === 'HEAD') {
      changes.close();
      return reply.send();
    }
    const facts = {
      ...assetSourceOf(application, caller, now).facts,
      reportedAt: (deviceId: string) => application.assets.reportedAt(caller, deviceId),
    };
    const rows = changedRows(changes, facts, options.from);
    const frame = { baseUrl, url: request.url, type: deltaAssetVulnerabilityType.name };
    return streams.send(reply, pageText(rows, options, frame), { close: () => changes.close() });
  },
};
