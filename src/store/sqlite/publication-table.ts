import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { laterThan } from '../instant.ts';
import { isOvertaken, toPublicationPage } from '../publication-store.ts';
import type { Publication, PublicationStore } from '../publication-store.ts';
import type { GroupCommit } from './group-commit.ts';

export class PublicationTable implements PublicationStore {
  readonly #writes: GroupCommit;
  readonly #newest: StatementSync;
  readonly #insert: StatementSync;
  readonly #prune: StatementSync;
  readonly #list: StatementSync;
  readonly #listBefore: StatementSync;

  constructor(database: DatabaseSync, writes: GroupCommit) {
    this.#writes = writes;
    const newest = 'FROM publication WHERE tenant_id = ? ORDER BY published_at DESC LIMIT 1';
    this.#newest = database.prepare(`SELECT published_at, catalogue_id, rule_set ${newest}`);
    this.#insert = database.prepare(
      'INSERT INTO publication (tenant_id, published_at, catalogue_id, rule_set, content) VALUES (?, ?, ?, ?, ?)',
    );
    this.#prune = database.prepare(
      `DELETE FROM publication WHERE tenant_id = ?1 AND published_at <=
         (SELECT published_at FROM publication WHERE tenant_id = ?1 ORDER BY published_at DESC LIMIT 1 OFFSET ?2)`,
    );
    this.#list = database.prepare('SELECT * FROM publication WHERE tenant_id = ? ORDER BY published_at DESC LIMIT ?');
    this.#listBefore = database.prepare(
      'SELECT * FROM publication WHERE tenant_id = ? AND published_at < ? ORDER BY published_at DESC LIMIT ?',
    );
  }

  add(publication: Publication, { keep, after }: Parameters<PublicationStore['add']>[1]): Promise<boolean> {
    const { tenantId, publishedAt, catalogueId, ruleSet, content } = publication;
    return this.#writes.add(() => {
      const newest = this.#newest.get(tenantId);
      if (isOvertaken(newest, publication, after)) return false;
      this.#insert.run(tenantId, laterThan(newest?.['published_at'], publishedAt), catalogueId, ruleSet, content);
      this.#prune.run(tenantId, keep);
      return true;
    });
  }

  list({ tenantId, before, top }: Parameters<PublicationStore['list']>[0]): {
    readonly publications: readonly Publication[];
    readonly hasMore: boolean;
  } {
    const rows =
      before === undefined ? this.#list.all(tenantId, top + 1) : this.#listBefore.all(tenantId, before, top + 1);
    return toPublicationPage(rows, top);
  }
}
