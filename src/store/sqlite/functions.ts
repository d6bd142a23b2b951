import type { DatabaseSync } from 'node:sqlite';
import { nameKey } from '../name-key.ts';
import { shownAddress } from '../shown-address.ts';

/** What SQLite lacks and our statements and triggers use: lower case of every letter, and the address shown. */
export function addFunctions(database: DatabaseSync): void {
  const options = { deterministic: true };
  database.function('fold_text', options, (text) => (typeof text === 'string' ? nameKey(text) : null));
  database.function('shown_address', options, (json) =>
    typeof json === 'string' ? shownAddress(JSON.parse(json) as readonly string[]) : null,
  );
}
