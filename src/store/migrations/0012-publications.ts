import type { Migration } from './migration.ts';

/** What each catalogue that came into force changed for each tenant; `content` is JSON. */
export const publications: Migration = {
  version: 12,
  name: 'publications',
  statements: [
    `CREATE TABLE publication (
      tenant_id TEXT NOT NULL REFERENCES tenant (id),
      published_at TEXT NOT NULL,
      catalogue_id TEXT NOT NULL,
      rule_set TEXT NOT NULL,
      content TEXT NOT NULL,
      PRIMARY KEY (tenant_id, published_at)
    ) STRICT, WITHOUT ROWID`,
    `INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('publication', 'publication', '2000 200 1')`,
    `ANALYZE sqlite_schema`,
  ],
  postgres: [
    `CREATE TABLE publication (
      tenant_id text COLLATE "C" NOT NULL REFERENCES tenant (id),
      published_at text COLLATE "C" NOT NULL,
      catalogue_id text NOT NULL,
      rule_set text NOT NULL,
      content text NOT NULL,
      PRIMARY KEY (tenant_id, published_at)
    )`,
  ],
};
