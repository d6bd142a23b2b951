import { initial } from './0001-initial.ts';
import { reportSources } from './0002-report-sources.ts';
import { osquery } from './0003-osquery.ts';
import { numberedDevices } from './0004-numbered-devices.ts';
import { tenants } from './0005-tenants.ts';
import { deviceKeys } from './0006-device-keys.ts';
import { deviceChanges } from './0007-device-changes.ts';
import { sessions } from './0008-sessions.ts';
import { numberedKeys } from './0009-numbered-keys.ts';
import { views } from './0010-views.ts';
import { arrivals } from './0011-arrivals.ts';
import { publications } from './0012-publications.ts';
import type { Migration } from './migration.ts';

/** Every step from an empty database to today's schema, in order. */
export const migrations: readonly Migration[] = [
  initial,
  reportSources,
  osquery,
  numberedDevices,
  tenants,
  deviceKeys,
  deviceChanges,
  sessions,
  numberedKeys,
  views,
  arrivals,
  publications,
];
