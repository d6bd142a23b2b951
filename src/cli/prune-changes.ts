import type { Logger } from 'pino';
import type { Application } from '../operations/application.ts';

const hourMs = 3_600_000;
/** For so long a list of missing updates can be continued. */
const keptMs = 30 * 24 * hourMs;

/** Forgets old changes of devices, once an hour until the returned function is called. */
export function pruneChanges(application: Pick<Application, 'pruneChanges'>, logger: Logger): () => void {
  const prune = (): void => {
    application.pruneChanges(new Date(Date.now() - keptMs)).catch((error: unknown) => {
      logger.warn({ err: error }, 'old changes of devices could not be forgotten');
    });
  };
  const timer = setInterval(prune, hourMs).unref();
  return () => clearInterval(timer);
}
