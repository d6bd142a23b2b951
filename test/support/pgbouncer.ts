import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, runsAs } from './postgres.ts';
import type { PostgresCluster } from './postgres.ts';

/** Debian puts it where only root looks. */
function findPgbouncer(): string | undefined {
  return ['/usr/sbin/pgbouncer', '/usr/bin/pgbouncer', '/usr/local/bin/pgbouncer'].find((path) => existsSync(path));
}

/** Why there is none to test with, if so. */
export function whyNoPgbouncer(): string | undefined {
  return findPgbouncer() === undefined ? 'expected pgbouncer (apt-get install pgbouncer), found none' : undefined;
}

/**
 * A pooler in transaction mode before `cluster`, with `serverConnections` for all that come: each transaction may run on another one.
 * Ends with the test. Resolves to its port.
 */
export async function startPgbouncer(
  test: { after(release: () => Promise<void>): void },
  cluster: PostgresCluster,
  serverConnections: number,
): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'kbgap-pgbouncer-'));
  const { uid, gid } = runsAs();
  if (uid !== undefined && gid !== undefined) chownSync(folder, uid, gid);
  const port = await freePort();
  const settings = join(folder, 'pgbouncer.ini');
  writeFileSync(
    settings,
    `[databases]
* = host=127.0.0.1 port=${cluster.port} user=kbgap
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${serverConnections}
max_client_conn = 200
`,
  );
  const pooler = spawn(findPgbouncer() ?? '', [settings], {
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: folder,
    ...runsAs(),
  });
  let said = '';
  pooler.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
  const gone = new Promise((resolve) => pooler.once('exit', resolve));
  test.after(async () => {
    pooler.kill('SIGKILL');
    await gone;
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  for (let attempt = 1; ; attempt += 1) {
    if (await answers(port)) return port;
    if (attempt === 200 || pooler.exitCode !== null) throw new Error(`pgbouncer does not answer: ${said}`);
    await delay(50);
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => (socket.destroy(), resolve(true))).once('error', () => resolve(false));
  });
}
