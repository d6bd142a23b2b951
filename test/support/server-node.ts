import { once } from 'node:events';
import { startServer, type ServerProcess } from './server.ts';

/** A server that is killed and started anew on the same data. */
export class ServerNode {
  #server: ServerProcess | undefined;
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;

  constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#environment = { KBGAP_LOG_LEVEL: 'silent', ...environment };
  }

  /** None while it is being started. */
  get url(): string | undefined {
    return this.#server?.url;
  }

  async start(): Promise<void> {
    this.#server = await startServer(['serve', '--data', this.#folder], this.#environment);
  }

  async killAndRestart(): Promise<void> {
    const child = this.#server?.child;
    this.#server = undefined;
    if (child !== undefined && child.exitCode === null) {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    }
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }
}
