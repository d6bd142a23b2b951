import type { CatalogueState } from '../../../../operations/application.ts';
import { catalogueWarnings } from '../../../../operations/catalogue-warnings.ts';

/** The catalogue in short, and what an operator should look at. */
export function catalogueBrief(state: CatalogueState) {
  const { catalogueId, newestRelease, currentTo, ageDays, starter, stale, staleReason, quarantined, feeds } = state;
  return {
    id: catalogueId,
    newestRelease,
    currentTo,
    ageDays,
    starter,
    stale,
    staleReason,
    quarantined: quarantined.length,
    absentFeeds: feeds.filter((feed) => feed.state === 'absent').map(({ feed, title }) => ({ feed, title })),
    warnings: catalogueWarnings(state),
  };
}
