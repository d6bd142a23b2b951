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
function runsAs(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const [, , uid, gid] = /^postgres:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
  return { uid: Number(uid), gid: Number(gid) };
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
  static async start(test: { after(release: () => Promise<void>): void }): Promise<PostgresCluster> {
    const bin = findPostgres();
    if (bin === undefined) throw new Error('expected PostgreSQL 15 or later, found none');
    const folder = mkdtempSync(join(tmpdir(), 'kbgap-postgres-'));
    const { uid, gid } = runsAs();
    if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
    const cluster = new PostgresCluster(bin, folder, await freePort());
    test.after(async () => {
      await cluster.stop('SIGQUIT');
      rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    });
    const data = join(folder, 'data');
    const made = spawnSync(
      join(bin, 'initdb'),
      ['-D', data, '-U', 'kbgap', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync'],
      { encoding: 'utf8', cwd: folder, ...runsAs() },
    );
    if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
    await cluster.restart();
    return cluster;
  }

  /** Starts it where it stands still; resolves once it takes connections. */
  async restart(): Promise<void> {
    const options = ['listen_addresses=127.0.0.1', `port=${this.port}`, `unix_socket_directories=${this.folder}`];
    // A killed process loses nothing that it wrote: that the disk has it is not what these tests are about.
    const settings = [...options, 'fsync=off', 'max_connections=60', 'shared_buffers=32MB', 'restart_after_crash=on'];
    this.#server = spawn(
      join(this.#bin, 'postgres'),
      ['-D', join(this.folder, 'data'), ...settings.flatMap((setting) => ['-c', setting])],
      { stdio: 'ignore', cwd: this.folder, ...runsAs() },
    );
    process.once('exit', () => this.#server?.kill('SIGQUIT'));
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.query('postgres', 'SELECT 1');
      } catch (error) {
        if (attempt === 200) throw error;
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

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
