import type { Migration } from './migration.ts';

/** Keeps the numbers without gaps. */
export const reserved6: Migration = { version: 6, name: 'reserved', statements: [] };
