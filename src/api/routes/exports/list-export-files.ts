import Type from 'typebox';
import type { Application } from '../../../operations/application.ts';
import type { Caller } from '../../auth/bearer.ts';
import { exportFilesType } from '../../contract/asset-types.ts';
import { entityOf, entitySchema } from '../../contract/collection.ts';
import type { AssetList } from '../../exports/asset-lists.ts';
import { ApiError } from '../../errors.ts';
import { fileNameOf, signGrant } from '../../exports/export-link.ts';
import { parseSasValidHours } from '../../exports/export-options.ts';
import type { Route } from '../route.ts';

/** With more devices the rows are dealt out to sixteen files, by the first digit of the device's id. */
const devicesOfOneFile = 50_000;
const wholeTenant = [''];
const shards = '0123456789abcdef'.split('');

/** GET /api/machines/SoftwareVulnerabilitiesExport and its siblings: addresses of files that hold all rows. */
export function listExportFiles(list: AssetList): Route {
  return {
    method: 'GET',
    path: `/machines/${list.fileName}`,
    roles: list.roles,
    tag: 'Exports',
    summary: `${list.summary}, as files.`,
    parameters: [
      {
        name: 'sasValidHours',
        description: 'How long the addresses are good; default 1, at most 6.',
        schema: Type.Integer({ minimum: 1, maximum: 6 }),
      },
    ],
    answer: entitySchema(exportFilesType),
    async handle(request, reply, { application, caller, baseUrl, now }) {
      const expiresAt = now.getTime() + parseSasValidHours(request) * 3_600_000;
      const { id: tenantId } = caller.tenant;
      const clientId = holderOf(application, caller);
      const secret = await application.getLinkSecret();
      const files = application.assets.countDevices(caller) <= devicesOfOneFile ? wholeTenant : shards;
      const exportFiles = files.map((shard) => {
        const grant = { list: list.fileName, tenantId, clientId, shard, expiresAt };
        return `${baseUrl}/exports/${fileNameOf(grant)}?sig=${signGrant(grant, secret)}`;
      });
      reply.header('cache-control', 'no-store');
      const answer = { exportFiles, generatedTime: now.toISOString() };
      return entityOf(baseUrl, 'microsoft.windowsDefenderATP.api.ExportFilesResponse', answer, { select: undefined });
    },
  };
}

/** Clients of other issuers and the local operator are none of ours: they see the whole tenant. @throws {ApiError} 403 for any other. */
function holderOf(application: Application, { tenant, clientId, groups }: Caller): string {
  if (application.describeClient(tenant, clientId) !== 'unknown') return clientId;
  if (groups === null) return '';
  throw new ApiError(403, 'DisallowedOperation', 'Links are given to clients of this server alone.');
}
