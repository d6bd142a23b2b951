import type { SyncScheduleSettings } from '../../operations/sync-schedule.ts';
import type { CertificateFiles } from '../certificate-files.ts';
import { dataFolderOf } from '../compose.ts';
import { isHttpUrl, isThrottle, readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print } from '../output.ts';
import { publisherOf, syncedFeedsOf } from '../publisher.ts';
import { runServer } from '../run-server.ts';
import { untilAsked } from '../until-asked.ts';

interface ServeOptions extends CommonOptions {
  readonly host: string;
  readonly port: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly publicUrl?: string;
  readonly throttle?: string;
}

/** `kbgap serve`: prints its base URL once it answers, and stays until it is asked to end. */
export async function runServe(_: readonly string[], options: ServeOptions): Promise<ExitCode> {
  const config = readConfig();
  const publicUrl = options.publicUrl ?? config.publicUrl;
  if (publicUrl !== undefined && !isHttpUrl(publicUrl))
    throw new UsageError(`--public-url: expected an address such as https://kbgap.example, got "${publicUrl}"`);
  const throttle = options.throttle ?? config.throttle;
  if (!isThrottle(throttle)) throw new UsageError(`--throttle: expected fair or defender, got "${throttle}"`);
  const tls = certificateFilesOf(options, config);
  const server = await runServer({
    dataFolder: dataFolderOf(options),
    host: options.host,
    port: parsePort(options.port),
    throttle,
    logLevel: options.quiet === true ? 'error' : config.logLevel,
    ...(config.sync
      ? { sync: { publisher: publisherOf(config), schedule: scheduleOf(config) }, feeds: syncedFeedsOf(config) }
      : {}),
    ...(publicUrl === undefined ? {} : { publicUrl: publicUrl.replace(/\/+$/, '') }),
    ...(tls === undefined ? {} : { tls }),
  });
  const ended = untilAsked();
  print(options.json === true ? JSON.stringify({ url: server.url }) : server.url);
  const signal = await ended;
  await server.stop();
  return signal === 'SIGINT' ? exitCodes.interrupted : exitCodes.clean;
}

function scheduleOf({ syncEveryHours, syncPatchTuesdayMinutes }: Config): SyncScheduleSettings {
  return { everyHours: syncEveryHours, patchTuesdayMinutes: syncPatchTuesdayMinutes };
}

/** @throws {UsageError} where the text is no port. */
export function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : -1;
  if (port < 0 || port > 65_535) throw new UsageError(`--port: expected a number from 0 to 65535, got "${text}"`);
  return port;
}

/** Options win over settings. @throws {UsageError} where one is named without the other. */
function certificateFilesOf({ tlsCert, tlsKey }: ServeOptions, config: Config): CertificateFiles | undefined {
  const cert = tlsCert ?? config.tlsCert;
  const key = tlsKey ?? config.tlsKey;
  if (cert === undefined && key === undefined) return undefined;
  if (cert === undefined || key === undefined)
    throw new UsageError('expected --tls-cert and --tls-key (KBGAP_TLS_CERT and KBGAP_TLS_KEY) together');
  return { cert, key };
}
