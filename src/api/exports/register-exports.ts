import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Application } from '../../operations/application.ts';
import type { Scope } from '../../operations/scope.ts';
import { setCatalogueHeader } from '../catalogue-header.ts';
import { ApiError } from '../errors.ts';
import { refuseOthers } from '../register-routes.ts';
import { oneParameter } from '../routes/parameters.ts';
import { assetSourceOf } from './asset-facts.ts';
import { assetLists } from './asset-lists.ts';
import type { AssetList } from './asset-lists.ts';
import { assetRows } from './asset-rows.ts';
import type { PlacedRow } from './asset-rows.ts';
import { fileNameOf, readGrant } from './export-link.ts';
import { OpenStreams } from './open-streams.ts';

const streams = new OpenStreams(32);
const pieceLength = 64 * 1024;

/** GET /exports/{file}?sig=…: the link alone opens it, as Defender's do; it is signed and expires. */
export function registerExports(
  server: FastifyInstance,
  { application, now }: { readonly application: Application; readonly now: () => Date },
): void {
  server.get('/exports/:file', async (request, reply) => {
    const { list, scope, shard, file } = await openAnywhere(request, application, now());
    streams.check();
    setCatalogueHeader(reply, application, now());
    reply
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${file}"`)
      .type('application/gzip');
    if (request.method === 'HEAD') return reply.send();
    const source = assetSourceOf(application, scope, now());
    return streams.send(reply, linesOf(assetRows(list, source, { idsBeginWith: shard })), { isGzip: true });
  });
  refuseOthers(server, '/exports/:file', 'GET');
}

interface Opened {
  readonly list: AssetList;
  readonly scope: Scope;
  readonly shard: string;
  readonly file: string;
}

/** As `open`, also for a link that another node of a shared database made a moment ago. @throws {ApiError} 403 */
async function openAnywhere(request: FastifyRequest, application: Application, now: Date): Promise<Opened> {
  try {
    return open(request, application, now);
  } catch (error) {
    const catchingUp = error instanceof ApiError ? application.catchUp() : undefined;
    if (catchingUp === undefined) throw error;
    await catchingUp;
    return open(request, application, now);
  }
}

/** @throws {ApiError} 403 for a link that is not ours, has expired, or whose client may not see the tenant any more. */
function open(request: FastifyRequest, application: Application, now: Date): Opened {
  const { file = '' } = request.params as { readonly file?: string };
  const grant = readGrant(oneParameter(request, 'sig') ?? '', (kid) => application.findLinkSecret(kid), now);
  const list = assetLists.find(({ fileName }) => fileName === grant?.list);
  if (grant === undefined || list === undefined || file.toLowerCase() !== fileNameOf(grant).toLowerCase())
    throw new ApiError(403, 'Forbidden', 'The link is not valid, or not any more: ask for new ones.');
  const { tenantId, clientId, shard } = grant;
  const scope = application.findScope(tenantId, clientId === '' ? null : clientId);
  if (scope === undefined)
    throw new ApiError(403, 'Forbidden', 'The client that asked for this link was revoked, or its tenant is gone.');
  return { list, scope, shard, file: fileNameOf(grant) };
}

async function* linesOf(rows: AsyncIterable<readonly PlacedRow[]>): AsyncGenerator<Buffer> {
  let text = '';
  for await (const some of rows) {
    for (const each of some) {
      text += `${JSON.stringify(each.row())}\n`;
      if (text.length < pieceLength) continue;
      yield Buffer.from(text);
      text = '';
    }
  }
  if (text !== '') yield Buffer.from(text);
}
