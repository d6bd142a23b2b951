import type { FastifyInstance, FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { Application } from '../../operations/application.ts';
import type { Scope } from '../../operations/scope.ts';
import type { FilterTree } from '../../store/filter.ts';
import { localOperatorClientId } from '../auth/issue-token.ts';
import type { AssetFacts } from '../contract/assets.ts';
import { ApiError } from '../errors.ts';
import { oneParameter } from '../routes/parameters.ts';
import { assetFactsOf } from './asset-facts.ts';
import { assetLists } from './asset-lists.ts';
import type { AssetList } from './asset-lists.ts';
import { readGrant } from './export-link.ts';

/** Files that are sent at once: each is made while it is sent. */
const mostAtOnce = 8;
const retrySeconds = 10;
const pieceLength = 64 * 1024;
const devicesAtOnce = 250;

/** GET /exports/{list}.json.gz?sig=…: the link alone opens it, as Defender's do; it is signed and expires. */
export function registerExports(
  server: FastifyInstance,
  { application, now }: { readonly application: Application; readonly now: () => Date },
): void {
  let running = 0;
  server.get('/exports/:file', async (request, reply) => {
    const { list, scope, shard } = open(request, application, now());
    if (running >= mostAtOnce)
      throw new ApiError(429, 'TooManyRequests', `expected at most ${mostAtOnce} files at once; try again later`, {
        retrySeconds,
      });
    reply
      .header('cache-control', 'no-store')
      .header('content-disposition', `attachment; filename="${list.fileName}.json.gz"`)
      .type('application/gzip');
    if (request.method === 'HEAD') return reply.send();
    running += 1;
    const rows = Readable.from(linesOf(list, scope, shard, assetFactsOf({ application, now: now() })), {
      objectMode: false,
    });
    const packed = rows.pipe(createGzip({ level: 4 }));
    rows.once('error', (error) => packed.destroy(error));
    packed.once('close', () => {
      running -= 1;
      rows.destroy();
    });
    return reply.send(packed);
  });
}

/** @throws {ApiError} 403 for a link that is not ours, has expired, or whose client may not see the tenant any more. */
function open(
  request: FastifyRequest,
  application: Application,
  now: Date,
): { readonly list: AssetList; readonly scope: Scope; readonly shard: string } {
  const { file = '' } = request.params as { readonly file?: string };
  const grant = readGrant(oneParameter(request, 'sig') ?? '', application.linkSecrets(), now);
  const list = assetLists.find(({ fileName }) => fileName === grant?.list);
  if (grant === undefined || list === undefined || file.toLowerCase() !== `${list.fileName}.json.gz`.toLowerCase())
    throw new ApiError(403, 'Forbidden', 'The link is not valid, or not any more: ask for new ones.');
  const { tenantId, clientId, shard } = grant;
  const scope = application.findScope(tenantId, clientId === localOperatorClientId ? null : clientId);
  if (scope === undefined) throw new ApiError(403, 'Forbidden', 'The client that asked for this link was revoked.');
  return { list, scope, shard };
}

async function* linesOf(list: AssetList, scope: Scope, shard: string, facts: AssetFacts): AsyncGenerator<Buffer> {
  const filter: FilterTree | undefined =
    shard === '' ? undefined : { kind: 'text', property: 'id', operator: 'startswith', value: shard };
  let text = '';
  for (let after = shard; ; ) {
    const assets = facts.assets.list(scope, {
      after: [after],
      top: devicesAtOnce,
      ...(filter === undefined ? {} : { filter }),
    });
    for (const asset of assets) {
      for (const row of list.rowsOf(asset, facts)) text += `${JSON.stringify(row)}\n`;
      if (text.length < pieceLength) continue;
      yield Buffer.from(text);
      text = '';
    }
    const last = assets.at(-1);
    if (last === undefined) break;
    after = last.device.id;
  }
  if (text !== '') yield Buffer.from(text);
}
