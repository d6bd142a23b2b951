import { initial } from './0001-initial.ts';
import { reportSources } from './0002-report-sources.ts';
import { osquery } from './0003-osquery.ts';
import type { Migration } from './migration.ts';

/** Every step from an empty database to today's schema, in order. */
export const migrations: readonly Migration[] = [initial, reportSources, osquery];
