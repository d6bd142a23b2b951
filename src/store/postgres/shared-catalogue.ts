import type { SharedCatalogue as Shared } from '../shared-catalogue.ts';
import type { Database } from './database.ts';

/** Former catalogues that stay in the database: for nodes that are just loading one. */
const keptCatalogues = 3;

/** The compiled catalogue that all nodes judge by, and which of them renews it. */
export class SharedCatalogue implements Shared {
  readonly #database: Database;
  readonly #nodeId: string;

  constructor(database: Database, nodeId: string) {
    this.#database = database;
    this.#nodeId = nodeId;
  }

  async currentId(): Promise<string | undefined> {
    const [row] = await this.#database.read('SELECT id FROM catalogue ORDER BY in_force_since DESC LIMIT 1');
    return row === undefined ? undefined : String(row['id']);
  }

  async read(id: string): Promise<Uint8Array | undefined> {
    const [row] = await this.#database.read('SELECT content FROM catalogue WHERE id = $1', [id]);
    return row === undefined ? undefined : (row['content'] as Uint8Array);
  }

  async putInForce(id: string, bytes: Uint8Array): Promise<void> {
    await this.#database.transaction('write', async (on) => {
      // Of two the later one is in force, whatever the clock says.
      await on.rows(
        `INSERT INTO catalogue (id, content, in_force_since) SELECT $1::text, $2::bytea, greatest(clock_timestamp(), max(in_force_since) + interval '1 microsecond') FROM catalogue
         ON CONFLICT (id) DO UPDATE SET content = excluded.content, in_force_since = excluded.in_force_since`,
        [id, Buffer.from(bytes)],
      );
      await on.rows(
        `DELETE FROM catalogue WHERE id NOT IN (SELECT id FROM catalogue ORDER BY in_force_since DESC LIMIT $1)`,
        [keptCatalogues],
      );
    });
  }

  /** One that runs for longer than any that is taken now was taken before the clock was set back. */
  async takeLease(name: string, seconds: number): Promise<boolean> {
    const rows = await this.#database.read(
      `INSERT INTO lease AS held (name, holder, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3))
       ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, expires_at = excluded.expires_at
       WHERE held.holder = excluded.holder OR held.expires_at < now()
         OR held.expires_at > now() + make_interval(secs => $3) RETURNING name`,
      [name, this.#nodeId, seconds],
    );
    return rows.length > 0;
  }

  async giveBackLease(name: string): Promise<void> {
    await this.#database.read('DELETE FROM lease WHERE name = $1 AND holder = $2', [name, this.#nodeId]);
  }
}
