import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { freePort, runsAs, whyNoPostgres, type PostgresCluster } from './postgres.ts';

const places = ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer', '/opt/homebrew/bin/pgbouncer'];

/** Why there is no pgbouncer to test with, if so: it is a package of its own, which not every machine has. */
export function whyNoPooler(): string | undefined {
  const noPostgres = whyNoPostgres();
  if (noPostgres !== undefined) return noPostgres;
  return places.some(existsSync) ? undefined : 'expected pgbouncer (apt-get install pgbouncer), found none';
}

/** pgbouncer in transaction mode before a server of the test's own, on a port of loopback. */
export class Pooler {
  readonly port: number;
  readonly #program: string;
  readonly #folder: string;
  #process: ChildProcess | undefined;

  private constructor(program: string, folder: string, port: number) {
    this.#program = program;
    this.#folder = folder;
    this.port = port;
  }

  /** Ends, and is removed, with the test. */
  static async start(
    test: { after(release: () => Promise<void>): void },
    cluster: PostgresCluster,
    connections: number,
  ): Promise<Pooler> {
    const folder = mkdtempSync(join(tmpdir(), 'kbgap-pgbouncer-'));
    const pooler = new Pooler(places.find(existsSync) ?? 'pgbouncer', folder, await freePort());
    process.once('exit', () => pooler.#process?.kill('SIGKILL'));
    test.after(async () => {
      await pooler.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    writeFileSync(
      join(folder, 'pgbouncer.ini'),
      `[databases]
* = host=127.0.0.1 port=${cluster.port} user=kbgap
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${pooler.port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${connections}
server_login_retry = 1
`,
    );
    const { uid, gid } = runsAs();
    if (uid !== undefined && gid !== undefined) {
      for (const path of [folder, join(folder, 'pgbouncer.ini')]) chownSync(path, uid, gid);
    }
    await pooler.restart();
    return pooler;
  }

  /** Resolves once it takes connections. */
  async restart(): Promise<void> {
    const options = { stdio: 'ignore', cwd: this.#folder, ...runsAs() } as const;
    this.#process = spawn(this.#program, ['-q', join(this.#folder, 'pgbouncer.ini')], options);
    for (let attempt = 1; ; attempt += 1) {
      const client = new pg.Client({ connectionString: this.url('postgres'), connectionTimeoutMillis: 2000 });
      client.on('error', () => undefined);
      try {
        await client.connect();
        await client.query('SELECT 1');
        return;
      } catch (error) {
        if (attempt === 100) throw error;
        await delay(50);
      } finally {
        await client.end().catch(() => undefined);
      }
    }
  }

  /** At once, as in a crash. */
  async stop(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const gone = once(running, 'exit');
    running.kill('SIGKILL');
    await gone;
  }

  url(database: string): string {
    return `postgresql://kbgap@127.0.0.1:${this.port}/${database}`;
  }
}
