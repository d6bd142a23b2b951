import { loadCorrections } from '../../catalogue/corrections.ts';
import { CatalogueFolder } from '../../operations/catalogue-folder.ts';
import { syncCatalogue } from '../../operations/sync-catalogue.ts';
import type { CatalogueSync } from '../../operations/sync-catalogue.ts';
import { catalogueLine } from '../catalogue-age.ts';
import { dataFolderOf } from '../compose.ts';
import { readConfig } from '../config.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { withProgress } from '../progress.ts';
import { preparedPublisher } from '../publisher.ts';

/** A sync that takes longer than this ends, and the next one goes on where it was. */
const longestSyncMs = 60 * 60 * 1000;

/**
 * `kbgap catalog sync`: the catalogue as the publisher has it. Exit 2 where the list or a document could not be had; a
 * document that went into quarantine is told, and no failure: the last good one stays (docs/decisions/0011).
 */
export async function runCatalogSync(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const folder = new CatalogueFolder(dataFolderOf(options), loadCorrections());
  const publisher = preparedPublisher(readConfig());
  const shown = {
    title: 'catalog sync',
    isWanted: options.quiet !== true,
    ended: ({ updated }: CatalogueSync) => `${updated.length} documents new or revised`,
  };
  const result = await withProgress(shown, (show) =>
    syncCatalogue(folder, {
      publisher,
      now: () => new Date(),
      signal: AbortSignal.timeout(longestSyncMs),
      onProgress: (step, done, total) => show(total > 1 ? `${step} ${done}/${total}` : step),
    }),
  );
  if (options.json === true) print(JSON.stringify(result, null, 2));
  else if (options.quiet !== true) for (const line of resultLines(result)) print(line);
  for (const { reason } of result.failed) say(`not fetched: ${reason}`);
  for (const { id, kind, reason } of result.quarantined) say(`quarantined: ${id}: ${kind}: ${reason}`);
  if (options.quiet !== true && options.json !== true) {
    const { catalogue, starter } = folder.loadCurrent();
    say(catalogueLine(catalogue.reach, starter, new Date()));
  }
  return result.failed.length > 0 ? exitCodes.unusable : exitCodes.clean;
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
