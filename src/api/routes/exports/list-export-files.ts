import { entityOf } from '../../contract/collection.ts';
import type { AssetList } from '../../exports/asset-lists.ts';
import { signGrant } from '../../exports/export-link.ts';
import { parseSasValidHours } from '../../exports/export-options.ts';
import type { Route } from '../route.ts';

/** With more devices the rows are dealt out to several files, by the first digit of the device's id. */
const devicesOfOneFile = 50_000;

/** GET /api/machines/SoftwareVulnerabilitiesExport and its siblings: addresses of files that hold all rows */
export function listExportFiles(list: AssetList): Route {
  return {
    method: 'GET',
    path: `/machines/${list.fileName}`,
    roles: list.roles,
    summary: `${list.summary}, as files`,
    async handle(request, reply, { application, caller, baseUrl, now }) {
      const expiresAt = now.getTime() + parseSasValidHours(request) * 3_600_000;
      const isOne = application.assets.countDevices(caller) <= devicesOfOneFile;
      const [secret] = application.linkSecrets();
      const links = (isOne ? [''] : '0123456789abcdef'.split('')).map((shard) =>
        signGrant(
          { list: list.fileName, tenantId: caller.tenant.id, clientId: caller.clientId, shard, expiresAt },
          secret,
        ),
      );
      reply.header('cache-control', 'no-store');
      return entityOf(
        baseUrl,
        'microsoft.windowsDefenderATP.api.ExportFilesResponse',
        {
          exportFiles: links.map((link) => `${baseUrl}/exports/${list.fileName}.json.gz?sig=${link}`),
          generatedTime: now.toISOString(),
        },
        { select: undefined },
      );
    },
  };
}
