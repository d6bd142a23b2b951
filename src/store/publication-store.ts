import type { Answer } from './store.ts';

/** A catalogue, or a rule set, that came into force, with what it changed for one tenant. */
export interface Publication {
  readonly tenantId: string;
  /** ISO 8601 in UTC. Kept a little later where the tenant's last one is as late, so that no two are alike. */
  readonly publishedAt: string;
  /** `sha256:…` */
  readonly catalogueId: string;
  readonly ruleSet: string;
  /** What changed, as JSON. */
  readonly content: string;
}

/** The publications of each tenant: lines are added, never changed, and go with their tenant or when newer ones push them out. */
export interface PublicationStore {
  /**
   * Keeps one as the newest, and of the tenant's no more than `keep`. `false`, and nothing is kept, where the newest is of the same
   * catalogue and rule set already: another process was first.
   */
  add(publication: Publication, keep: number): Promise<boolean>;
  /** Newest first; `before`: only those before this instant. */
  list(query: {
    readonly tenantId: string;
    readonly before?: string;
    readonly top: number;
  }): Answer<{ readonly publications: readonly Publication[]; readonly hasMore: boolean }>;
}
