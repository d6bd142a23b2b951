import { createHash } from 'node:crypto';
import { mkdirSync, realpathSync, statSync } from 'node:fs';
import { FolderLock } from '../../operations/folder-lock.ts';
import { watchFolder } from '../../operations/intake/watch-folder.ts';
import type { WatchEvent } from '../../operations/intake/watch-folder.ts';
import { harmlessText } from '../../sources/archives/entry-label.ts';
import { dataFolderOf } from '../compose.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { namingOf, readingOf } from '../read-reports.ts';
import type { NamingOptions, ReadingOptions } from '../read-reports.ts';
import { untilAsked } from '../until-asked.ts';
import { withApplication } from '../with-application.ts';

export interface DeviceWatchOptions extends CommonOptions, ReadingOptions, NamingOptions {
  readonly once?: boolean;
  /** Seconds. */
  readonly settle: string;
}

const longestSettleSeconds = 86_400;
const longestPollMs = 2000;

/**
 * `kbgap device watch FOLDER`: takes in what is dropped into a folder until Ctrl-C (exit 130) or a termination (exit 0). With
 * `--once` what lies there, then it ends: exit 2 where something was refused.
 */
export async function runDeviceWatch([folder = '']: readonly string[], options: DeviceWatchOptions): Promise<ExitCode> {
  const reading = { ...readingOf(options), naming: namingOf(options) };
  const settleMs = parseSettle(options.settle) * 1000;
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`expected a folder to watch, but ${folder} is none`);
  const lock = lockFolder(folder, options);
  const ending = new AbortController();
  const asked = untilAsked().then((signal) => (ending.abort(), signal));
  let refused = 0;
  try {
    await withApplication(options, async (application, tenant) => {
      if (options.quiet !== true && options.once !== true) say(`watching ${harmlessText(folder)}`);
      await watchFolder(application, tenant, {
        folder,
        settleMs,
        pollMs: Math.min(Math.max(settleMs / 2, 100), longestPollMs),
        once: options.once === true,
        ...reading,
        signal: ending.signal,
        now: () => new Date(),
        onEvent: (event) => {
          if (event.kind === 'refused' || event.kind === 'waiting') refused += 1;
          tell(event, options);
        },
      });
    });
  } finally {
    lock.release();
  }
  if (ending.signal.aborted) return (await asked) === 'SIGINT' ? exitCodes.interrupted : exitCodes.clean;
  return refused > 0 ? exitCodes.unusable : exitCodes.clean;
}

function parseSettle(text: string): number {
  const seconds = /^\d{1,5}(?:\.\d{1,3})?$/.test(text) ? Number(text) : NaN;
  if (seconds >= 0 && seconds <= longestSettleSeconds) return seconds;
  throw new UsageError(`--settle: expected seconds from 0 to ${longestSettleSeconds}, got "${text}"`);
}

/** Two processes that move the same files would fall over each other. @throws {Error} where another one watches the folder. */
function lockFolder(folder: string, options: DeviceWatchOptions): FolderLock {
  const dataFolder = dataFolderOf(options);
  mkdirSync(dataFolder, { recursive: true, mode: 0o700 });
  const name = createHash('sha256').update(realpathSync(folder)).digest('hex').slice(0, 16);
  return FolderLock.acquireNow(dataFolder, `watch-${name}`, `watching ${folder} with the data`);
}

function tell(event: WatchEvent, { json, quiet }: DeviceWatchOptions): void {
  if (json === true) {
    print(JSON.stringify(event.kind === 'done' || event.kind === 'refused' ? shown(event) : event));
    return;
  }
  switch (event.kind) {
    case 'done':
      if (quiet !== true) print(harmlessText(`${event.file}: ${event.stored} stored`));
      break;
    case 'refused':
      say(harmlessText(`${event.file}: ${event.stored} stored, ${event.refused.length} refused, see ${event.movedTo}`));
      for (const { message } of event.refused.slice(0, 3)) say(`  ${harmlessText(message)}`);
      break;
    case 'waiting':
      say(harmlessText(`tried again later: ${event.reason}`));
      break;
    case 'note':
      say(harmlessText(event.text));
      break;
    case 'unreachable':
      say(harmlessText(`the folder cannot be read, tried again: ${event.reason}`));
      break;
    case 'reachable':
      say('the folder can be read again');
      break;
  }
}

type FileEvent = Extract<WatchEvent, { readonly kind: 'done' | 'refused' }>;

function shown({ kind, file, movedTo, stored, refused }: FileEvent): object {
  return { kind, file, movedTo, stored, refused: refused.map(({ reason, message }) => ({ reason, message })) };
}
