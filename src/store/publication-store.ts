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
   * catalogue and rule set already, or, where `after` is given, not the one of that instant (`null`: none): another process was first.
   */
  add(
    publication: Publication,
    how: { readonly keep: number; readonly after?: string | null | undefined },
  ): Promise<boolean>;
  /** Newest first; `before`: only those before this instant. */
  list(query: {
    readonly tenantId: string;
    readonly before?: string;
    readonly top: number;
  }): Answer<{ readonly publications: readonly Publication[]; readonly hasMore: boolean }>;
}

/** Whether another process was first, by the tenant's newest as the database has it. */
export function isOvertaken(
  newest: Readonly<Record<string, unknown>> | undefined,
  { catalogueId, ruleSet }: Pick<Publication, 'catalogueId' | 'ruleSet'>,
  after: string | null | undefined,
): boolean {
  if (newest?.['catalogue_id'] === catalogueId && newest['rule_set'] === ruleSet) return true;
  return after !== undefined && (newest?.['published_at'] ?? null) !== after;
}

/** One page of the rows that were found, of which one more than `top` was asked for. */
export function toPublicationPage(
  rows: readonly Readonly<Record<string, unknown>>[],
  top: number,
): { readonly publications: readonly Publication[]; readonly hasMore: boolean } {
  const publications = rows.slice(0, top).map((row) => ({
    tenantId: String(row['tenant_id']),
    publishedAt: String(row['published_at']),
    catalogueId: String(row['catalogue_id']),
    ruleSet: String(row['rule_set']),
    content: String(row['content']),
  }));
  return { publications, hasMore: rows.length > top };
}
