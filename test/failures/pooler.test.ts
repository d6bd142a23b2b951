import { after, describe, it } from 'node:test';
import { check, tokenOf } from '../support/kill-rounds.ts';
import { Pooler, whyNoPooler } from '../support/pgbouncer.ts';
import { PostgresCluster } from '../support/postgres.ts';
import { ReportLoad } from '../support/report-load.ts';
import { ServerNode } from '../support/server-node.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const missing = whyNoPooler();
const cluster = missing === undefined ? await PostgresCluster.start({ after }) : undefined;

/** How servers hear of each other. */
const ways = [
  ['with notifications past it', (database: string): string | undefined => cluster?.url(database)],
  ['asking for changes', (): string | undefined => 'off'],
  // Notifications do not come through it: the servers must find that out, and ask.
  ['where nobody said that it is one', (): string | undefined => undefined],
] as const;

describe('servers behind pgbouncer in transaction mode', { skip: missing ?? false }, () => {
  for (const [at, [way, direct]] of ways.entries()) {
    it(`${way}: count alike, and come back after it or the database was killed`, async (t) => {
      if (cluster === undefined) return;
      const database = `pooled_${at}`;
      await cluster.createDatabase(database);
      // Fewer than the servers open: what one leaves in a session another finds.
      const pooler = await Pooler.start(t, cluster, 3);
      const directUrl = direct(database);
      const environment = {
        KBGAP_DATABASE_URL: pooler.url(database),
        ...(directUrl === undefined ? {} : { KBGAP_DATABASE_DIRECT_URL: directUrl }),
      };
      const nodes = [0, 1].map(() => new ServerNode(temporaryFolder(t), environment));
      for (const node of nodes) t.after(() => node.stop());
      await Promise.all(nodes.map((node) => node.start()));
      const token = await tokenOf(temporaryFolder(t), environment);
      const load = new ReportLoad(
        () => nodes.flatMap((node) => node.url ?? []),
        () => token,
      );
      const killPooler = async (): Promise<void> => {
        await pooler.stop();
        await pooler.restart();
      };
      const killServer = async (): Promise<void> => {
        await cluster.stop('SIGKILL');
        await cluster.restart();
      };
      await load.run(1000, [killPooler, killServer]);
      await check(load, nodes, { rows: (sql) => cluster.rows(database, sql), token });
    });
  }
});
