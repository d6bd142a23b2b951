import type { Application } from '../operations/application.ts';
import type { Logger } from 'pino';

const everyMs = 10 * 60_000;

/** Replaces the key of tokens when it is so many days old, now and while the server runs. */
export function rotateTokenKeyByAge(
  application: Pick<Application, 'rotateTokenKeyIfDue'>,
  afterDays: number,
  logger: Pick<Logger, 'info' | 'warn'>,
): () => void {
  let busy = false;
  const look = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      if (await application.rotateTokenKeyIfDue(afterDays)) logger.info({ afterDays }, 'key of tokens replaced');
    } catch (error) {
      logger.warn({ err: error }, 'the key of tokens could not be replaced');
    } finally {
      busy = false;
    }
  };
  void look();
  const timer = setInterval(() => void look(), everyMs).unref();
  return () => clearInterval(timer);
}
