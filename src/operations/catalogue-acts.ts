import type { Actor } from './audit.ts';
import type { BundleImport } from './import-bundle.ts';
import type { CatalogueImport } from './import-catalogue.ts';
import type { ImportedFeed } from './import-feeds.ts';
import type { CommonAct } from './record-act.ts';
import type { CatalogueSync } from './sync-catalogue.ts';

/** Ids that a line names; of more it tells how many. */
const mostIds = 50;

/** What an import did; `undefined` where it changed nothing. */
export function actOfImport(
  result: Pick<CatalogueImport, 'catalogueId' | 'imported' | 'quarantined' | 'resolved'>,
  feeds: readonly Pick<ImportedFeed, 'feed' | 'date'>[],
  by: Actor,
): CommonAct | undefined {
  const { catalogueId, imported, quarantined, resolved } = result;
  if (imported.length + quarantined.length + feeds.length === 0) return undefined;
  const detail = {
    documents: imported.length,
    ids: idsOf(imported),
    quarantined: idsOf(quarantined),
    resolved,
    feeds: feeds.map(({ feed, date }) => `${feed} ${date}`),
  };
  return { by, action: 'catalogue.imported', subject: catalogueId ?? null, detail };
}

/** What the import of a bundle did, and whose it was. */
export function actOfBundle({ bundle, imported, catalogueId, resolved }: BundleImport, by: Actor): CommonAct {
  const detail = {
    keyId: bundle.keyId,
    documents: imported.length,
    ids: idsOf(imported),
    resolved,
    feeds: bundle.feeds,
  };
  return { by, action: 'catalogue.imported', subject: catalogueId ?? null, detail };
}

/** What a sync did; `undefined` where there was nothing new. */
export function actOfSync(result: CatalogueSync, by: Actor): CommonAct | undefined {
  const { catalogueId, updated, newlyQuarantined, resolved } = result;
  if (updated.length + newlyQuarantined.length + resolved.length === 0) return undefined;
  const detail = { documents: updated.length, ids: idsOf(updated), quarantined: newlyQuarantined, resolved };
  return { by, action: 'catalogue.synced', subject: catalogueId, detail };
}

function idsOf(documents: readonly { readonly id: string }[]): readonly string[] {
  return documents.slice(0, mostIds).map(({ id }) => id);
}
