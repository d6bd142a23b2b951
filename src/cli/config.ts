import { homedir } from 'node:os';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One setting: what it is called in the environment, what it is without, and what it means. */
export interface Setting {
  readonly name: keyof Config;
  readonly variable: string;
  readonly fallback: string;
  readonly meaning: string;
}

/** Settings of the process, read once. Options of a command win over them. */
export interface Config {
  /** `undefined` where neither option nor variable names one: commands that need one then take `defaultDataFolder`. */
  readonly dataFolder: string | undefined;
  readonly publicUrl: string | undefined;
  /** PostgreSQL instead of the store of the data folder. */
  readonly databaseUrl: string | undefined;
  /** The same past a pooler; `off`: there is no such way. */
  readonly databaseDirectUrl: string | undefined;
  readonly databasePool: number;
  readonly databasePrepares: boolean;
  /** Files of the server's certificate and key; a server that has both speaks HTTPS alone. */
  readonly tlsCert: string | undefined;
  readonly tlsKey: string | undefined;
  /** After how many days new tokens are signed with a new key. */
  readonly tokenKeyDays: number;
  /** Other issuers whose tokens are honoured: JSON, or a file of it; see `readIssuers`. */
  readonly issuers: string | undefined;
  readonly logLevel: string;
  /** Whether `/metrics` answers others than loopback. */
  readonly openMetrics: boolean;
  /** Which limits of requests a server keeps: its own, or Defender's documented ones as well. */
  readonly throttle: 'fair' | 'defender';
  /** Where each feed is fetched from instead of its public addresses; empty: from nowhere. */
  readonly kevUrl: readonly string[] | undefined;
  readonly epssUrl: readonly string[] | undefined;
  readonly releaseHistoryUrl: readonly string[] | undefined;
  readonly lifecycleUrl: readonly string[] | undefined;
  readonly sugUrl: readonly string[] | undefined;
  readonly csafUrl: readonly string[] | undefined;
  readonly msrcUrl: string;
  readonly msrcTimeoutSeconds: number;
  /** Whether a server syncs its catalogue by itself. */
  readonly sync: boolean;
  /** Whether a sync fetches feeds from their public addresses; `auto`: where documents come from MSRC's own. */
  readonly syncFeeds: 'auto' | 'yes' | 'no';
  readonly feedTimeoutSeconds: number;
  readonly syncEveryHours: number;
  readonly syncPatchTuesdayMinutes: number;
}

/** Where feeds are fetched from; the fallbacks are those of `sources/`. */
const feedSettings: readonly Setting[] = [
  {
    name: 'kevUrl',
    variable: 'KBGAP_KEV_URL',
    fallback: 'https://www.cisa.gov/sites/default/files/feeds/known_exploited_vulnerabilities.json',
    meaning: "CISA's list of exploited vulnerabilities, JSON or CSV; off: not fetched.",
  },
  {
    name: 'epssUrl',
    variable: 'KBGAP_EPSS_URL',
    fallback: 'https://epss.empiricalsecurity.com/epss_scores-current.csv.gz',
    meaning: 'EPSS scores of the day; off: not fetched.',
  },
  {
    name: 'releaseHistoryUrl',
    variable: 'KBGAP_RELEASE_HISTORY_URL',
    fallback: 'the update histories (Atom) and release-health pages of Windows 10 and 11',
    meaning: 'Pages of the release history, with blanks between; off: not fetched.',
  },
  {
    name: 'lifecycleUrl',
    variable: 'KBGAP_LIFECYCLE_URL',
    fallback: 'endoflife.date: windows and windows-server',
    meaning: 'Ends of servicing, with blanks between; off: not fetched.',
  },
  {
    name: 'sugUrl',
    variable: 'KBGAP_SUG_URL',
    fallback: "the list affectedProduct of MSRC's SUG API",
    meaning: 'Asked about one CVE: {CVE} stands for its id; off: not asked.',
  },
  {
    name: 'csafUrl',
    variable: 'KBGAP_CSAF_URL',
    fallback: 'https://msrc.microsoft.com/csaf/advisories/{year}/msrc_{cve}.json',
    meaning: 'Asked about one CVE: {year} and {cve} stand for its year and id; off: not asked.',
  },
];

/** Where what is kept is kept, if not in the data folder. */
const databaseSettings: readonly Setting[] = [
  {
    name: 'databaseUrl',
    variable: 'KBGAP_DATABASE_URL',
    fallback: 'none: SQLite in the data folder',
    meaning:
      'PostgreSQL 15 or later, postgresql://user:password@host:5432/database, shared by any number of servers; several hosts with commas.',
  },
  {
    name: 'databaseDirectUrl',
    variable: 'KBGAP_DATABASE_DIRECT_URL',
    fallback: 'KBGAP_DATABASE_URL',
    meaning:
      'The same database past a pooler in transaction mode, for notifications; off: servers ask for changes instead.',
  },
  {
    name: 'databasePool',
    variable: 'KBGAP_DATABASE_POOL',
    fallback: '8',
    meaning: 'Connections that a server opens at most, 2 to 200, beside the one for notifications.',
  },
  {
    name: 'databasePrepares',
    variable: 'KBGAP_DATABASE_PREPARES',
    fallback: 'no',
    meaning: 'yes: statements are prepared once a connection. Not behind a pooler in transaction mode.',
  },
];

/** Every setting, in the order in which the documentation shows them. */
export const settings: readonly Setting[] = [
  {
    name: 'dataFolder',
    variable: 'KBGAP_DATA',
    fallback: "./kbgap-data in a clone, else the platform's data folder",
    meaning: 'Folder of the store and the catalogue.',
  },
  ...databaseSettings,
  {
    name: 'publicUrl',
    variable: 'KBGAP_PUBLIC_URL',
    fallback: 'scheme and host of the request',
    meaning: 'Base of @odata.context and next links.',
  },
  {
    name: 'tlsCert',
    variable: 'KBGAP_TLS_CERT',
    fallback: 'none: plain HTTP',
    meaning:
      "File with the server's certificate in PEM, its chain behind it. A renewed file is taken up within a second.",
  },
  {
    name: 'tlsKey',
    variable: 'KBGAP_TLS_KEY',
    fallback: 'none: plain HTTP',
    meaning: "File with the certificate's private key in PEM, without a passphrase.",
  },
  {
    name: 'tokenKeyDays',
    variable: 'KBGAP_TOKEN_KEY_DAYS',
    fallback: '90',
    meaning: 'After how many days a server signs tokens with a new key, 1 to 3650. Those issued before stay good.',
  },
  {
    name: 'issuers',
    variable: 'KBGAP_ISSUERS',
    fallback: "none: kbgap's own tokens alone",
    meaning:
      'Other issuers whose tokens are honoured (Entra ID, Keycloak): JSON, or a file of it; docs/sign-in.md has the fields. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured.',
  },
  {
    name: 'logLevel',
    variable: 'KBGAP_LOG_LEVEL',
    fallback: 'info',
    meaning: 'fatal, error, warn, info, debug or silent.',
  },
  {
    name: 'openMetrics',
    variable: 'KBGAP_OPEN_METRICS',
    fallback: 'no',
    meaning: 'yes: /metrics answers others than loopback.',
  },
  {
    name: 'throttle',
    variable: 'KBGAP_THROTTLE',
    fallback: 'fair',
    meaning:
      "fair: clients and tenants are let in by turns while the server is busy. defender: Defender's documented limits as well, to try connectors.",
  },
  ...feedSettings,
  {
    name: 'msrcUrl',
    variable: 'KBGAP_MSRC_URL',
    fallback: 'https://api.msrc.microsoft.com/cvrf/v3.0',
    meaning:
      'Where documents are synced from: MSRC or a mirror of it. HTTPS_PROXY, HTTP_PROXY and NO_PROXY are honoured.',
  },
  {
    name: 'msrcTimeoutSeconds',
    variable: 'KBGAP_MSRC_TIMEOUT_SECONDS',
    fallback: '120',
    meaning: 'How long one answer of the publisher may take, 1 to 3600 seconds.',
  },
  {
    name: 'sync',
    variable: 'KBGAP_SYNC',
    fallback: 'yes',
    meaning: 'no: a server does not sync its catalogue by itself; kbgap catalog sync always does.',
  },
  {
    name: 'syncFeeds',
    variable: 'KBGAP_SYNC_FEEDS',
    fallback: 'auto',
    meaning:
      'Whether a sync fetches feeds too. auto: those with an address of yours, and the others from their public ones unless KBGAP_MSRC_URL names a mirror; yes: in any case; no: none.',
  },
  {
    name: 'feedTimeoutSeconds',
    variable: 'KBGAP_FEED_TIMEOUT_SECONDS',
    fallback: '60',
    meaning: 'How long one answer of a feed may take, 1 to 3600 seconds; to begin it has 10 at most.',
  },
  {
    name: 'syncEveryHours',
    variable: 'KBGAP_SYNC_EVERY_HOURS',
    fallback: '24',
    meaning: 'How often a server syncs, 1 to 720 hours.',
  },
  {
    name: 'syncPatchTuesdayMinutes',
    variable: 'KBGAP_SYNC_PATCH_TUESDAY_MINUTES',
    fallback: '30',
    meaning: 'How often from 17:00 to 24:00 UTC on the second Tuesday of a month, 5 to 420 minutes.',
  },
];

const logLevels: readonly string[] = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'];

/** A mistake in the environment; all of them are told at once. */
class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config';
}

/** @throws {ConfigError} naming every variable that is wrong, what was expected and what came. */
export function readConfig(environment: Readonly<Record<string, string | undefined>> = process.env): Config {
  const mistakes: string[] = [];
  const publicUrl = textOf(environment['KBGAP_PUBLIC_URL']);
  if (publicUrl !== undefined && !isHttpUrl(publicUrl)) {
    mistakes.push(`KBGAP_PUBLIC_URL: expected an address such as https://kbgap.example, got "${publicUrl}"`);
  }
  const database = databaseOf(environment, mistakes);
  const logLevel = textOf(environment['KBGAP_LOG_LEVEL']) ?? 'info';
  if (!logLevels.includes(logLevel))
    mistakes.push(`KBGAP_LOG_LEVEL: expected one of ${logLevels.join(', ')}, got "${logLevel}"`);
  const throttle = textOf(environment['KBGAP_THROTTLE']) ?? 'fair';
  if (!isThrottle(throttle)) mistakes.push(`KBGAP_THROTTLE: expected fair or defender, got "${throttle}"`);
  const openMetrics = textOf(environment['KBGAP_OPEN_METRICS']) ?? 'no';
  if (!['yes', 'no'].includes(openMetrics))
    mistakes.push(`KBGAP_OPEN_METRICS: expected yes or no, got "${openMetrics}"`);
  const addresses = (variable: string): readonly string[] | undefined => addressesOf(environment, variable, mistakes);
  const feeds = {
    kevUrl: addresses('KBGAP_KEV_URL'),
    epssUrl: addresses('KBGAP_EPSS_URL'),
    releaseHistoryUrl: addresses('KBGAP_RELEASE_HISTORY_URL'),
    lifecycleUrl: addresses('KBGAP_LIFECYCLE_URL'),
    sugUrl: addresses('KBGAP_SUG_URL'),
    csafUrl: addresses('KBGAP_CSAF_URL'),
  };
  const msrcUrl = textOf(environment['KBGAP_MSRC_URL']) ?? fallbackOf('msrcUrl');
  if (!isHttpUrl(msrcUrl))
    mistakes.push(`KBGAP_MSRC_URL: expected an address such as ${fallbackOf('msrcUrl')}, got "${msrcUrl}"`);
  const sync = textOf(environment['KBGAP_SYNC']) ?? fallbackOf('sync');
  if (!['yes', 'no'].includes(sync)) mistakes.push(`KBGAP_SYNC: expected yes or no, got "${sync}"`);
  const syncFeeds = textOf(environment['KBGAP_SYNC_FEEDS']) ?? fallbackOf('syncFeeds');
  if (!isFeedChoice(syncFeeds)) mistakes.push(`KBGAP_SYNC_FEEDS: expected auto, yes or no, got "${syncFeeds}"`);
  const number = (name: keyof Config, least: number, most: number): number =>
    readNumber(environment, { name, least, most }, mistakes);
  const numbers = {
    msrcTimeoutSeconds: number('msrcTimeoutSeconds', 1, 3600),
    feedTimeoutSeconds: number('feedTimeoutSeconds', 1, 3600),
    syncEveryHours: number('syncEveryHours', 1, 720),
    syncPatchTuesdayMinutes: number('syncPatchTuesdayMinutes', 5, 420),
    tokenKeyDays: number('tokenKeyDays', 1, 3650),
    databasePool: number('databasePool', 2, 200),
  };
  if (mistakes.length > 0) throw new ConfigError(mistakes.join('\n'));
  return Object.freeze({
    dataFolder: textOf(environment['KBGAP_DATA']),
    publicUrl,
    ...database,
    tlsCert: textOf(environment['KBGAP_TLS_CERT']),
    tlsKey: textOf(environment['KBGAP_TLS_KEY']),
    issuers: textOf(environment['KBGAP_ISSUERS']),
    logLevel,
    openMetrics: openMetrics === 'yes',
    throttle: isThrottle(throttle) ? throttle : 'fair',
    ...feeds,
    msrcUrl,
    sync: sync === 'yes',
    syncFeeds: isFeedChoice(syncFeeds) ? syncFeeds : 'auto',
    ...numbers,
  });
}

/** No address in a message: it may hold a password. */
function databaseOf(
  environment: Readonly<Record<string, string | undefined>>,
  mistakes: string[],
): Pick<Config, 'databaseUrl' | 'databaseDirectUrl' | 'databasePrepares'> {
  const url = (variable: string): string | undefined => {
    const text = textOf(environment[variable]);
    const isOff = variable === 'KBGAP_DATABASE_DIRECT_URL' && text === 'off';
    if (text !== undefined && !isOff && !/^postgres(ql)?:\/\/\S+$/.test(text))
      mistakes.push(`${variable}: expected an address such as postgresql://user:password@host:5432/database`);
    return text;
  };
  const prepares = textOf(environment['KBGAP_DATABASE_PREPARES']) ?? 'no';
  if (!['yes', 'no'].includes(prepares))
    mistakes.push(`KBGAP_DATABASE_PREPARES: expected yes or no, got "${prepares}"`);
  return {
    databaseUrl: url('KBGAP_DATABASE_URL'),
    databaseDirectUrl: url('KBGAP_DATABASE_DIRECT_URL'),
    databasePrepares: prepares === 'yes',
  };
}

/** One address, or several with blanks between; `off` is none. Mistakes are added to the list. */
function addressesOf(
  environment: Readonly<Record<string, string | undefined>>,
  variable: string,
  mistakes: string[],
): readonly string[] | undefined {
  const text = textOf(environment[variable]);
  if (text === undefined) return undefined;
  if (text === 'off') return [];
  const addresses = text.split(/\s+/);
  const wrong = addresses.find((address) => !isHttpUrl(address));
  if (wrong !== undefined) mistakes.push(`${variable}: expected off or http addresses, got "${wrong}"`);
  return addresses;
}

function readNumber(
  environment: Readonly<Record<string, string | undefined>>,
  { name, least, most }: { readonly name: keyof Config; readonly least: number; readonly most: number },
  mistakes: string[],
): number {
  const variable = settings.find((setting) => setting.name === name)?.variable ?? '';
  const text = textOf(environment[variable]) ?? fallbackOf(name);
  const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
  if (value >= least && value <= most) return value;
  mistakes.push(`${variable}: expected a number from ${least} to ${most}, got "${text}"`);
  return least;
}

export function isThrottle(text: string): text is Config['throttle'] {
  return text === 'fair' || text === 'defender';
}

function isFeedChoice(text: string): text is Config['syncFeeds'] {
  return ['auto', 'yes', 'no'].includes(text);
}

function fallbackOf(name: keyof Config): string {
  return settings.find((setting) => setting.name === name)?.fallback ?? '';
}

/** Whether a text is an absolute http or https address. */
export function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

/** `./kbgap-data` in a clone; the platform's folder for application data where kbgap is installed. */
export function defaultDataFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  const inClone = existsSync(fileURLToPath(new URL('../../.git', import.meta.url)));
  if (inClone) return './kbgap-data';
  if (process.platform === 'win32') return join(environment['LOCALAPPDATA'] ?? homedir(), 'kbgap');
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'kbgap');
  return join(environment['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'), 'kbgap');
}

const proxyVariables = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'] as const;

/**
 * Whether requests can be sent by the proxies that the environment names; asked by what sends some: a verdict needs none.
 * @throws {ConfigError} naming every variable that is wrong.
 */
export function checkProxies(environment: Readonly<Record<string, string | undefined>> = process.env): void {
  const wrong = proxyVariables.filter((variable) => {
    const text = textOf(environment[variable]);
    return text !== undefined && !isHttpUrl(text);
  });
  const mistakes = wrong.map((variable) => {
    const shown = (environment[variable] ?? '').replace(/\/\/[^/@]*@/, '//…@'); // no password in a message
    return `${variable}: expected the address of a proxy such as http://proxy.example:8080, got "${shown}"`;
  });
  if (mistakes.length > 0) throw new ConfigError(mistakes.join('\n'));
}

function textOf(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}
