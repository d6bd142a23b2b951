import type { CatalogueState } from './application.ts';

/** What an operator should look at, in words. */
export interface CatalogueWarning {
  readonly kind: 'stale' | 'sync' | 'quarantine' | 'feed';
  readonly message: string;
}

export function catalogueWarnings(state: CatalogueState): readonly CatalogueWarning[] {
  const { stale, staleReason, ageDays, sync, feeds, quarantined } = state;
  const warnings: CatalogueWarning[] = [];
  if (stale) {
    const age = ageDays === null ? 'of unknown age' : `${ageDays} days old`;
    const since = staleReason === 'patch-tuesday-passed' ? ', and a Patch Tuesday has passed since' : '';
    warnings.push({
      kind: 'stale',
      message: `The catalogue is ${age}${since}: updates published since are not judged.`,
    });
  }
  if (sync !== null && sync.outcome !== 'ok') {
    const why = sync.message === null ? '' : `: ${sync.message}`;
    warnings.push({ kind: 'sync', message: `The last sync was ${sync.outcome}${why}` });
  }
  for (const { id, reason } of quarantined)
    warnings.push({ kind: 'quarantine', message: `${id} is in quarantine: ${reason}` });
  for (const { title, state: held, check } of feeds) {
    if (held === 'unreadable') warnings.push({ kind: 'feed', message: `${title} cannot be read` });
    else if (check !== null && check.outcome !== 'ok')
      warnings.push({ kind: 'feed', message: `${title}: ${check.problem ?? check.outcome}` });
  }
  return warnings;
}
