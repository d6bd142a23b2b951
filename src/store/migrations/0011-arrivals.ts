import type { Migration } from './migration.ts';

/**
 * The row of `device_change` that says a device came is written by the one statement beside that which adds devices, not by a
 * trigger: an insert with a trigger has every page that it touches copied first, which in an import was most of what was written.
 */
export const arrivals: Migration = {
  version: 11,
  name: 'arrivals',
  statements: [`DROP TRIGGER device_came`],
  postgres: [],
};
