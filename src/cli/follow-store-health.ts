import type { Logger } from 'pino';
import type { Application } from '../operations/application.ts';
import { checkStore } from '../operations/check-store.ts';

/** A server that has just started answers first. */
const firstLookMs = 60_000;
const dayMs = 86_400_000;

/** Reads the SQLite store once a day; damage is said at `/readyz` and in the log. */
export function followStoreHealth(dataFolder: string, application: Application, logger: Logger): () => void {
  const stop = new AbortController();
  const look = async (): Promise<void> => {
    try {
      await checkStore(dataFolder, stop.signal);
    } catch (error) {
      if (stop.signal.aborted) return;
      const isDamaged = error instanceof Error && 'code' in error && error.code === 'store-unreadable';
      if (isDamaged) application.noteDamage(error.message);
      else logger.warn({ err: error }, 'the store could not be checked for damage');
    }
  };
  const timers = [setTimeout(() => void look(), firstLookMs).unref(), setInterval(() => void look(), dayMs).unref()];
  return () => {
    for (const timer of timers) clearTimeout(timer);
    stop.abort();
  };
}
