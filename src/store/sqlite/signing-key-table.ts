import type { DatabaseSync } from 'node:sqlite';
import type { SigningKey, StoredSigningKey } from '../store.ts';

const newestFirst = 'ORDER BY created_at DESC, kid';

/** Newest first. */
export function listSigningKeys(database: DatabaseSync): readonly StoredSigningKey[] {
  return database
    .prepare(`SELECT * FROM signing_key ${newestFirst}`)
    .all()
    .map((row) => ({
      kid: String(row['kid']),
      privateKeyPem: String(row['private_key_pem']),
      publicKeyPem: String(row['public_key_pem']),
      createdAt: String(row['created_at']),
    }));
}

/** One statement, so that of two processes only one adds. */
export function insertSigningKey(database: DatabaseSync, key: SigningKey, createdAt: string): void {
  database
    .prepare(
      `INSERT INTO signing_key (kid, private_key_pem, public_key_pem, created_at)
       SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM signing_key)`,
    )
    .run(key.kid, key.privateKeyPem, key.publicKeyPem, createdAt);
}

/** One statement, so that of two processes that replace the same key only one does. */
export function replaceSigningKey(
  database: DatabaseSync,
  key: SigningKey,
  { createdAt, replaces }: { readonly createdAt: string; readonly replaces: string },
): void {
  database
    .prepare(
      `INSERT INTO signing_key (kid, private_key_pem, public_key_pem, created_at)
       SELECT ?, ?, ?, ? WHERE ? = (SELECT kid FROM signing_key ${newestFirst} LIMIT 1)`,
    )
    .run(key.kid, key.privateKeyPem, key.publicKeyPem, createdAt, replaces);
}

export function deleteSigningKeys(database: DatabaseSync, kids: readonly string[]): void {
  const statement = database.prepare('DELETE FROM signing_key WHERE kid = ?');
  for (const kid of kids) statement.run(kid);
}
