import { laterThan } from '../instant.ts';
import { isOvertaken, toPublicationPage } from '../publication-store.ts';
import type { Publication, PublicationStore } from '../publication-store.ts';
import type { Database } from './database.ts';
import type { GroupWrites } from './group-writes.ts';
import { storable } from './storable.ts';

export class PublicationTable implements PublicationStore {
  readonly #database: Database;
  readonly #writes: GroupWrites;

  constructor(database: Database, writes: GroupWrites) {
    this.#database = database;
    this.#writes = writes;
  }

  /** Of nodes that add at once one waits for the tenant's row, and then sees that the other was first. */
  add(publication: Publication, { keep, after }: Parameters<PublicationStore['add']>[1]): Promise<boolean> {
    const { tenantId, publishedAt, catalogueId, ruleSet, content } = publication;
    return this.#writes.add(async (on) => {
      await on.rows('SELECT 1 FROM tenant WHERE id = $1 FOR NO KEY UPDATE', [tenantId]);
      const [newest] = await on.rows(
        'SELECT published_at, catalogue_id, rule_set FROM publication WHERE tenant_id = $1 ORDER BY published_at DESC LIMIT 1',
        [tenantId],
      );
      if (isOvertaken(newest, publication, after)) return false;
      await on.rows(
        'INSERT INTO publication (tenant_id, published_at, catalogue_id, rule_set, content) VALUES ($1, $2, $3, $4, $5)',
        [tenantId, laterThan(newest?.['published_at'], publishedAt), catalogueId, ruleSet, storable(content)],
      );
      await on.rows(
        `DELETE FROM publication WHERE tenant_id = $1 AND published_at <=
           (SELECT published_at FROM publication WHERE tenant_id = $1 ORDER BY published_at DESC LIMIT 1 OFFSET $2)`,
        [tenantId, keep],
      );
      return true;
    });
  }

  async list({ tenantId, before, top }: Parameters<PublicationStore['list']>[0]): Promise<{
    readonly publications: readonly Publication[];
    readonly hasMore: boolean;
  }> {
    const rows = await this.#database.read(
      `SELECT * FROM publication WHERE tenant_id = $1 AND ($2::text IS NULL OR published_at < $2)
       ORDER BY published_at DESC LIMIT $3`,
      [tenantId, before ?? null, top + 1],
    );
    return toPublicationPage(rows, top);
  }
}
