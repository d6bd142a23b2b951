import { loadCorrections } from '../../catalogue/corrections.ts';
import { CatalogueFolder } from '../../operations/catalogue-folder.ts';
import { syncCatalogue } from '../../operations/sync-catalogue.ts';
import type { CatalogueSync, SyncStep } from '../../operations/sync-catalogue.ts';
import { catalogueLine } from '../catalogue-age.ts';
import { dataFolderOf } from '../compose.ts';
import { readConfig } from '../config.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { preparedPublisher } from '../publisher.ts';
import { tellRepair } from '../tell-repair.ts';

/** A sync that takes longer than this ends, and the next one goes on where it was. */
const longestSyncMs = 60 * 60 * 1000;

/**
 * `kbgap catalog sync`: the catalogue as the publisher has it. Exit 2 where the list or a document could not be had; a
 * document that went into quarantine is told, and no failure: the last good one stays (docs/decisions/0011).
 */
export async function runCatalogSync(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const folder = new CatalogueFolder(dataFolderOf(options), loadCorrections());
  const publisher = preparedPublisher(readConfig());
  const sync = (onProgress?: (step: SyncStep, done: number, total: number) => void): Promise<CatalogueSync> =>
    syncCatalogue(folder, {
      publisher,
      now: () => new Date(),
      signal: AbortSignal.timeout(longestSyncMs),
      ...(onProgress === undefined ? {} : { onProgress }),
    });
  const result = options.quiet !== true && process.stderr.isTTY ? await withProgress(sync) : await sync();
  if (options.json === true) print(JSON.stringify(result, null, 2));
  else if (options.quiet !== true) for (const line of resultLines(result)) print(line);
  tellRepair(result.repaired);
  for (const { reason } of result.failed) say(`not fetched: ${reason}`);
  for (const { id, kind, reason } of result.quarantined) say(`quarantined: ${id}: ${kind}: ${reason}`);
  for (const id of result.discarded) say(`${id}: passed over: it came again as it was discarded before`);
  if (options.quiet !== true && options.json !== true) {
    const { catalogue, starter } = folder.loadCurrent();
    say(catalogueLine(catalogue.reach, starter, new Date()));
  }
  return result.failed.length > 0 ? exitCodes.unusable : exitCodes.clean;
}

async function withProgress(
  sync: (onProgress: (step: SyncStep, done: number, total: number) => void) => Promise<CatalogueSync>,
): Promise<CatalogueSync> {
  const { Listr } = await import('listr2');
  const context: { result?: CatalogueSync } = {};
  await new Listr<typeof context>([
    {
      title: 'catalog sync',
      task: async (ctx, task) => {
        ctx.result = await sync((step, done, total) => {
          task.title = total > 1 ? `${step} ${done}/${total}` : step;
        });
        task.title = `${ctx.result.updated.length} documents new or revised`;
      },
    },
  ]).run(context);
  if (context.result === undefined) throw new Error('the sync ended without a result');
  return context.result;
}

function resultLines(result: CatalogueSync): readonly string[] {
  const { updated, listed, failed, quarantined, documentsHeld, requests } = result;
  const changes = updated.map(({ id, revisedAt, replaced }) =>
    replaced === null ? `${id}: new, revised ${revisedAt}` : `${id}: revised ${revisedAt}, before ${replaced}`,
  );
  return [
    ...changes,
    ...result.resolved.map((id) => `${id}: good again, no longer quarantined`),
    `${listed} documents listed, ${updated.length} new or revised, ${failed.length} not fetched, ${quarantined.length} quarantined, ${documentsHeld} held, ${requests} requests`,
    ...(result.unlisted.length === 0 ? [] : [`not on the list, asked for by name: ${result.unlisted.join(', ')}`]),
    result.catalogueId === null
      ? 'still the starter catalogue'
      : `catalogue ${result.catalogueId}${result.catalogueId === result.previousCatalogueId ? ', unchanged' : ''}`,
  ];
}
