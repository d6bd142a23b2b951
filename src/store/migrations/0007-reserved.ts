import type { Migration } from './migration.ts';

/** Keeps the numbers without gaps. */
export const reserved7: Migration = { version: 7, name: 'reserved', statements: [] };
