import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { PostgresCluster } from './postgres.ts';
import { devicesAsKept, miscounted, ReportLoad } from './report-load.ts';
import { ServerNode } from './server-node.ts';
import { kbgap } from './server.ts';
import { temporaryFolder } from './temporary-folder.ts';

/** How often something is killed, and how many reports are answered meanwhile, in all rounds together. */
export interface KillRounds {
  readonly rounds: number;
  readonly reports: number;
}

type Rows = (sql: string) => Promise<readonly Readonly<Record<string, unknown>>[]>;

/** One server on SQLite, killed in each round. */
export async function killOnSqlite(t: TestContext, { rounds, reports }: KillRounds): Promise<ReportLoad> {
  const folder = temporaryFolder(t);
  const node = new ServerNode(folder, {});
  t.after(() => node.stop());
  await node.start();
  const token = await tokenOf(folder, {});
  const load = new ReportLoad(
    () => [node.url ?? []].flat(),
    () => token,
  );
  const rows: Rows = async (sql) => {
    const database = new DatabaseSync(join(folder, 'kbgap.sqlite'), { readOnly: true });
    try {
      return database.prepare(sql).all();
    } finally {
      database.close();
    }
  };
  for (let round = 0; round < rounds; round += 1) {
    await load.run(reports / rounds, [() => node.killAndRestart()]);
    await check(load, [node], { rows, token });
  }
  return load;
}

/** Two servers on one PostgreSQL database; in each round one of them is killed, and the database's server. */
export async function killOnPostgres(
  t: TestContext,
  { rounds, reports }: KillRounds,
  { cluster, database }: { readonly cluster: PostgresCluster; readonly database: string },
): Promise<ReportLoad> {
  const environment = { KBGAP_DATABASE_URL: cluster.url(database) };
  const nodes = [0, 1].map(() => new ServerNode(temporaryFolder(t), environment));
  for (const node of nodes) t.after(() => node.stop());
  await Promise.all(nodes.map((node) => node.start()));
  const token = await tokenOf(temporaryFolder(t), environment);
  const load = new ReportLoad(
    () => nodes.flatMap((node) => node.url ?? []),
    () => token,
  );
  const rows: Rows = (sql) => cluster.rows(database, sql);
  const killServer = async (): Promise<void> => {
    await cluster.stop('SIGKILL');
    await cluster.restart();
  };
  for (let round = 0; round < rounds; round += 1) {
    const killNode = async (): Promise<void> => nodes[round % nodes.length]?.killAndRestart();
    await load.run(reports / rounds, round % 2 === 0 ? [killNode, killServer] : [killServer, killNode]);
    await check(load, nodes, { rows, token });
  }
  return load;
}

/** Nobody sends: what is kept, and what each server says of it, is what was answered. The test's own limit ends a wait in vain. */
export async function check(
  load: ReportLoad,
  nodes: readonly ServerNode[],
  { rows, token }: { readonly rows: Rows; readonly token: string },
): Promise<void> {
  const [found] = await rows(miscounted);
  assert.equal(Number(found?.['devices']), 0, 'counts differ from a recount');
  const kept = await rows(devicesAsKept);
  load.check(kept.map(({ name, build }) => ({ name: String(name), build: String(build) })));
  for (const { url } of nodes) {
    let total = -1;
    for (; total !== kept.length; await delay(20)) total = await devicesBy(url ?? '', token);
  }
}

async function devicesBy(url: string, token: string): Promise<number> {
  const answer = await fetch(`${url}/v1/status`, { headers: { authorization: `Bearer ${token}` } });
  const body = (await answer.json()) as { readonly devices?: { readonly total: number } };
  return body.devices?.total ?? -1;
}

/** Of the local operator: good at every server of the data. */
export async function tokenOf(folder: string, environment: Readonly<Record<string, string>>): Promise<string> {
  const { code, stdout, stderr } = await kbgap(['token', '--data', folder], '', environment);
  assert.equal(code, 0, stderr);
  return stdout.trim();
}
