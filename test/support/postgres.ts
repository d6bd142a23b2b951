import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';

/** Where the server's programs are: Debian's folder of the newest version from 15 on, or what `pg_config` names. */
export function findPostgres(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).map(Number) : [];
  const newest = Math.max(...versions.filter((version) => existsSync(join(root, String(version), 'bin', 'initdb'))));
  if (newest >= 15) return join(root, String(newest), 'bin');
  const named = spawnSync('pg_config', ['--bindir'], { encoding: 'utf8' }).stdout?.trim() ?? '';
  const major = Number(
    /\d+/.exec(spawnSync(join(named, 'postgres'), ['--version'], { encoding: 'utf8' }).stdout ?? '')?.[0],
  );
  return named !== '' && major >= 15 && existsSync(join(named, 'initdb')) ? named : undefined;
}

/** Why there is no PostgreSQL to test with, if so. @throws where `CI` is set: there it must be. */
export function whyNoPostgres(): string | undefined {
  if (findPostgres() !== undefined) return undefined;
  const reason = 'expected PostgreSQL 15 or later (apt-get install postgresql), found none';
  if (process.env['CI'] !== undefined && process.env['CI'] !== '') throw new Error(reason);
  return reason;
}

/** The server refuses to run as root: then as `postgres`, else as who we are. */
export function runsAs(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [, , uid, gid] = /^postgres:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
}

interface Releasing {
  after(release: () => Promise<void>): void;
}

/** A PostgreSQL server of the test's own, in a temporary folder and on a port of loopback. */
export class PostgresCluster {
  readonly port: number;
  readonly folder: string;
  readonly #bin: string;
  #server: ChildProcess | undefined;

  private constructor(bin: string, folder: string, port: number) {
    this.#bin = bin;
    this.folder = folder;
    this.port = port;
  }

  /** Ends, and is removed, with the test. */
  static async start(test: Releasing): Promise<PostgresCluster> {
    const cluster = await PostgresCluster.#place(test);
    cluster.#run('initdb', ['-U', 'kbgap', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']);
    await cluster.restart();
    return cluster;
  }

  static async #place(test: Releasing): Promise<PostgresCluster> {
    const bin = findPostgres();
    if (bin === undefined) throw new Error('expected PostgreSQL 15 or later, found none');
    const folder = mkdtempSync(join(tmpdir(), 'kbgap-postgres-'));
    const { uid, gid } = runsAs();
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const cluster = new PostgresCluster(bin, folder, await freePort());
    process.once('exit', () => cluster.#server?.kill('SIGQUIT'));
    test.after(async () => {
      await cluster.stop('SIGQUIT');
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    });
    return cluster;
  }

  /** A second server that follows this one. From now on a commit here waits until the standby has it. */
  async startStandby(test: Releasing): Promise<PostgresCluster> {
    const standby = await PostgresCluster.#place(test);
    const primary = `host=127.0.0.1 port=${this.port} user=kbgap application_name=standby`;
    standby.#run('pg_basebackup', ['-d', primary, '-R', '-c', 'fast', '--no-sync']);
    await standby.restart();
    await this.query('postgres', `ALTER SYSTEM SET synchronous_standby_names = 'standby'`);
    await this.query('postgres', 'SELECT pg_reload_conf()');
    const following = `SELECT 1 FROM pg_stat_replication WHERE sync_state = 'sync'`;
    while ((await this.rows('postgres', following)).length === 0) await delay(20);
    return standby;
  }

  /** Makes a standby the server that takes writes; alone, as an operator leaves it before there is another standby. */
  async promote(): Promise<void> {
    await this.query('postgres', 'SELECT pg_promote()');
  }

  #run(program: string, options: readonly string[]): void {
    const made = spawnSync(join(this.#bin, program), ['-D', join(this.folder, 'data'), ...options], {
      encoding: 'utf8',
      cwd: this.folder,
      ...runsAs(),
    });
    if (made.status !== 0) throw new Error(`${program}: ${made.stderr}`);
  }

  /** Starts it where it stands still; resolves once it takes connections. */
  async restart(): Promise<void> {
    const options = ['listen_addresses=127.0.0.1', `port=${this.port}`, `unix_socket_directories=${this.folder}`];
    // A killed process loses nothing that it wrote: that the disk has it is not what these tests are about.
    const settings = [...options, 'fsync=off', 'max_connections=60', 'shared_buffers=32MB', 'restart_after_crash=on'];
    const start = (): void => {
      this.#server = spawn(
        join(this.#bin, 'postgres'),
        ['-D', join(this.folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
        { stdio: 'ignore', cwd: this.folder, ...runsAs() },
      );
    };
    start();
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.query('postgres', 'SELECT 1');
      } catch (error) {
        if (attempt === 600) throw error;
        // Processes of the one that was killed may hold its memory for a moment: then it gives up at once.
        if (this.#server?.exitCode != null) start();
        await delay(50);
      }
    }
  }

  /** SIGKILL: as a crash; SIGQUIT: at once; SIGINT: as an operator does. Resolves once it is gone. */
  async stop(signal: 'SIGKILL' | 'SIGQUIT' | 'SIGINT'): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const gone = new Promise((resolve) => server.once('exit', resolve));
    server.kill(signal);
    await gone;
  }

  url(database: string): string {
    return `postgresql://kbgap@127.0.0.1:${this.port}/${database}`;
  }

  async createDatabase(name: string): Promise<string> {
    await this.query('postgres', `CREATE DATABASE ${name}`);
    return this.url(name);
  }

  async query(database: string, sql: string): Promise<void> {
    await this.rows(database, sql);
  }

  async rows(database: string, sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const client = new pg.Client({ connectionString: this.url(database), connectionTimeoutMillis: 2000 });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(sql)).rows;
    } finally {
      await client.end();
    }
  }
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
