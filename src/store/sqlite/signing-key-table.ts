import type { DatabaseSync } from 'node:sqlite';
import type { SigningKey } from '../store.ts';

/** The key in use: the newest. */
export function findSigningKey(database: DatabaseSync): SigningKey | undefined {
  const row = database.prepare('SELECT * FROM signing_key ORDER BY created_at DESC, kid LIMIT 1').get();
  if (row === undefined) return undefined;
  return {
    kid: String(row['kid']),
    privateKeyPem: String(row['private_key_pem']),
    publicKeyPem: String(row['public_key_pem']),
  };
}

/** One statement, so that of two processes only one adds; both get the key that is kept. */
export function insertSigningKey(database: DatabaseSync, key: SigningKey, createdAt: string): SigningKey {
  database
    .prepare(
      `INSERT INTO signing_key (kid, private_key_pem, public_key_pem, created_at)
       SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM signing_key)`,
    )
    .run(key.kid, key.privateKeyPem, key.publicKeyPem, createdAt);
  return findSigningKey(database) ?? key;
}
