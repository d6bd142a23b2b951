import type { Migration } from './migration.ts';

/** Who is signed in to the page, and links that sign in once. */
export const sessions: Migration = {
  version: 8,
  name: 'sessions',
  statements: [
    `CREATE TABLE session (
      tenant_id TEXT NOT NULL REFERENCES tenant (id),
      secret_hash BLOB NOT NULL,
      kind TEXT NOT NULL,
      holder TEXT NOT NULL,
      holder_id TEXT NOT NULL,
      name TEXT NOT NULL,
      roles TEXT NOT NULL,
      created_at TEXT NOT NULL,
      expires_at TEXT NOT NULL,
      PRIMARY KEY (tenant_id, secret_hash)
    ) STRICT, WITHOUT ROWID`,
  ],
  postgres: [
    `CREATE TABLE session (
      tenant_id text COLLATE "C" NOT NULL REFERENCES tenant (id),
      secret_hash bytea NOT NULL,
      kind text NOT NULL,
      holder text NOT NULL,
      holder_id text NOT NULL,
      name text NOT NULL,
      roles text NOT NULL,
      created_at text COLLATE "C" NOT NULL,
      expires_at text COLLATE "C" NOT NULL,
      PRIMARY KEY (tenant_id, secret_hash)
    )`,
  ],
};
