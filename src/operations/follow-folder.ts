import type { OperationContext } from './context.ts';
import type { Log } from './log.ts';

/** How often the data folder is asked for changes by other processes; a question takes some microseconds. */
const intervalMs = 500;

/** Keeps what is in memory in step with other processes that change the same data folder. */
export class FolderFollower {
  readonly #context: OperationContext;
  readonly #log: Log;
  readonly #afterwards: () => void;
  readonly #timer: NodeJS.Timeout;

  /** `afterwards` is called after each time something was taken over. */
  constructor(context: OperationContext, log: Log, afterwards: () => void) {
    this.#context = context;
    this.#log = log;
    this.#afterwards = afterwards;
    context.store.onForeignChanges?.(() => this.#poll());
    this.#timer = setInterval(() => this.#poll(), intervalMs).unref();
  }

  /** Looks now: tenants, clients, sessions and keys of tokens are up to date when it returns, the counts soon after. */
  look(): void {
    const { store, directory, tokenKeys, sessions, devices, exposures } = this.#context;
    if (!store.hasForeignChanges()) return;
    devices.clear();
    directory.reload();
    tokenKeys.reload();
    sessions.reload();
    exposures.follow().catch((error: unknown) => {
      this.#log.warn({ err: error }, "other processes' changes could not be read");
    });
    this.#afterwards();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A store that cannot be read for a moment must not end the process. */
  #poll(): void {
    try {
      this.look();
    } catch (error) {
      this.#log.warn({ err: error }, 'the data folder could not be asked for changes');
    }
  }
}
