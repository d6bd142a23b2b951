import type { Migration } from './migration.ts';

/** Keeps the numbers without gaps. */
export const reserved: Migration = { version: 4, name: 'reserved', statements: [] };
