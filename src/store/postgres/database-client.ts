import pg from 'pg';
import { StandbyError } from './database-error.ts';
import { addressesOf } from './database-hosts.ts';

/** How long a connection may take to come about, and how long one statement: a host that vanished sends nothing, ever. */
const connectTimeoutMs = 5000;
const statementTimeoutMs = 60_000;

/** Makes clients of the servers that a connection string names. */
export interface DatabaseClients {
  /** `db.example:5432/kbgap`, for messages: without who asks. */
  readonly place: string;
  readonly hostCount: number;
  readonly config: pg.ClientConfig;
  /** Of a client that could not be connected the next one goes to the next host. A standby takes no connection: it keeps nothing. */
  readonly Client: new (config?: pg.ClientConfig) => pg.Client;
}

export function clientsOf(url: string): DatabaseClients {
  const addresses = addressesOf(url);
  let current = 0;
  const config = {
    application_name: 'kbgap',
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: statementTimeoutMs,
    keepAlive: true,
  };

  class Client extends pg.Client {
    readonly #host = current;

    constructor(given?: pg.ClientConfig) {
      super({ ...config, ...given, connectionString: addresses[current] ?? url });
      // Of a lost connection the next statement tells; one that nobody listens to would end the process.
      this.on('error', () => undefined);
    }

    override connect(): Promise<this>;
    override connect(callback: (error: Error) => void): void;
    override connect(callback?: (error: Error) => void): Promise<this> | undefined {
      const connected = this.#connect();
      if (callback === undefined) return connected;
      // The driver's pool takes no error for `null` or `undefined`.
      void connected.then(() => callback(undefined as unknown as Error), callback);
      return undefined;
    }

    async #connect(): Promise<this> {
      try {
        await super.connect();
        const { rows } = await this.query<{ is_standby: boolean }>('SELECT pg_is_in_recovery() AS is_standby');
        if (rows[0]?.is_standby === true) throw new StandbyError();
        return this;
      } catch (error) {
        if (current === this.#host) current = (current + 1) % addresses.length;
        await this.end().catch(() => undefined);
        throw error;
      }
    }
  }
  return { place: placeOf(addresses), hostCount: addresses.length, config, Client };
}

function placeOf(addresses: readonly string[]): string {
  const places = addresses.map((connectionString) => new pg.Client({ connectionString }));
  return `${places.map(({ host, port }) => `${host}:${port}`).join(',')}/${places[0]?.database ?? ''}`;
}
