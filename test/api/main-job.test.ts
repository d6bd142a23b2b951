import assert from 'node:assert/strict';
import { once } from 'node:events';
import { after, before, describe, it } from 'node:test';
import { kbgap, startServer } from '../support/server.ts';
import type { ServerProcess } from '../support/server.ts';
import { needsShared, sharedPath } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

/** A Windows 10 device that the worked figures of Microsoft's documentation fit. */
function report(name: string, build: string, updates: readonly string[] = []): string {
  return JSON.stringify({
    schema: 'kbgap-inventory/1',
    device: { name },
    os: { name: 'Microsoft Windows 10 Enterprise', build, architecture: 'x64', installationType: 'Client' },
    updates: updates.map((kb) => ({ kb })),
  });
}

interface MissingKbs {
  readonly value: readonly { readonly id: string; readonly cveAddressed: number; readonly machineMissedOn: number }[];
}

for (const { folder, on1909, on1903 } of [
  { folder: 'cvrf-vintage', on1909: 97, on1903: 96 },
  { folder: 'cvrf', on1909: 95, on1903: 94 },
]) {
  describe(`getmissingkbs over the documents of ${folder}`, needsShared(), () => {
    let server: ServerProcess;
    let token = '';
    const data = temporaryFolder({ after });
    const get = async (path: string): Promise<MissingKbs> => {
      const answer = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
      assert.equal(answer.status, 200, path);
      return (await answer.json()) as MissingKbs;
    };
    const post = async (body: string): Promise<void> => {
      const answer = await fetch(`${server.url}/v1/reports`, {
        method: 'POST',
        body,
        headers: { authorization: `Bearer ${token}` },
      });
      assert.equal(answer.status, 200, await answer.text());
    };

    before(async () => {
      const imported = await kbgap(['catalog', 'import', sharedPath(folder), '--data', data, '--quiet']);
      assert.equal(imported.code, 0, imported.stderr);
      server = await startServer(['serve', '--data', data]);
      token = (await kbgap(['token', '--data', data])).stdout.trim();
    });
    after(async () => {
      assert.equal(await server.stop(), 0, 'a server that is asked to end ends well');
    });

    it('a 1909 at the February 2020 level misses the update of March with the documented figures', async () => {
      await post(report('win1909', '10.0.18363.657'));
      const { value } = await get('/api/machines/win1909/getmissingkbs');
      assert.deepEqual(
        value.find(({ id }) => id === '4540673'),
        {
          id: '4540673',
          name: 'March 2020 Security Updates',
          osBuild: 18363,
          productsNames: ['windows_10', 'edge', 'internet_explorer'],
          url: 'https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB4540673',
          machineMissedOn: 1,
          cveAddressed: on1909,
        },
      );
      const edge = await get('/api/Software/microsoft-_-edge/getmissingkbs');
      assert.deepEqual(
        edge.value.find(({ id }) => id === '4540673'),
        {
          id: '4540673',
          name: 'March 2020 Security Updates',
          osBuild: 18363,
          productsNames: ['edge'],
          url: 'https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB4540673',
          machineMissedOn: 1,
          cveAddressed: 14,
        },
      );
    });

    const others: readonly [says: string, build: string, updates: readonly string[], missing: readonly string[]][] = [
      ['at .719 only the out-of-band update', '10.0.18363.719', [], ['4551762']],
      ['at .720 neither', '10.0.18363.720', [], []],
      ['above neither', '10.0.18363.900', [], []],
      ['the out-of-band update in the list covers both', '10.0.18363.657', ['KB4551762'], []],
    ];
    others.forEach(([says, build, updates, missing], index) => {
      it(says, async () => {
        await post(report(`other${index}`, build, updates));
        const { value } = await get(`/api/machines/other${index}/getmissingkbs`);
        assert.deepEqual(
          value.map(({ id }) => id).filter((id) => ['4540673', '4551762'].includes(id)),
          missing,
        );
      });
    });

    it('a 1903 has its own count', async () => {
      await post(report('win1903', '10.0.18362.657'));
      const { value } = await get('/api/machines/win1903/getmissingkbs');
      assert.equal(value.find(({ id }) => id === '4540673')?.cveAddressed, on1903);
    });

    it('what a command does to the folder shows in the running server within two seconds', async () => {
      const missedOn = async (): Promise<number | undefined> =>
        (await get('/api/machines/win1909/getmissingkbs')).value.find(({ id }) => id === '4540673')?.machineMissedOn;
      assert.equal(await missedOn(), 2);
      const deleted = await kbgap(['device', 'delete', 'win1903', '--data', data]);
      assert.equal(deleted.code, 0, deleted.stderr);
      for (let waited = 0; waited < 20 && (await missedOn()) !== 1; waited += 1)
        await new Promise((resolve) => setTimeout(resolve, 100));
      assert.equal(await missedOn(), 1);
    });
  });
}

describe('a server that is killed', () => {
  it('has every report that it answered, and counts as a recount does', async (t) => {
    const data = temporaryFolder(t);
    const first = await startServer(['serve', '--data', data]);
    const token = (await kbgap(['token', '--data', data])).stdout.trim();
    const headers = { authorization: `Bearer ${token}` };
    const answered: string[] = [];
    const builds = ['10.0.19045.3803', '10.0.19045.3930', '10.0.18363.657', '10.0.22631.4200'];
    const sending = Array.from({ length: 200 }, async (_, index) => {
      const name = `killed${index % 150}`;
      try {
        const answer = await fetch(`${first.url}/v1/reports`, {
          method: 'POST',
          headers,
          body: report(name, builds[index % builds.length] ?? ''),
        });
        if (answer.status !== 200) return;
        answered.push(((await answer.json()) as { readonly deviceId: string }).deviceId);
        if (answered.length === 60) first.child.kill('SIGKILL');
      } catch {
        // Cut off by the kill: never answered, so nothing was promised.
      }
    });
    await Promise.all(sending);
    if (first.child.exitCode === null && first.child.signalCode === null) await once(first.child, 'exit');
    assert.ok(answered.length >= 60);
    const second = await startServer(['serve', '--data', data]);
    t.after(() => second.stop());
    const machines = await fetch(`${second.url}/api/machines`, { headers });
    const stored = ((await machines.json()) as { readonly value: readonly { readonly id: string }[] }).value.map(
      ({ id }) => id,
    );
    assert.deepEqual(
      answered.filter((id) => !stored.includes(id)),
      [],
    );
    const missed = new Map<string, number>();
    const told = new Map<string, number>();
    for (const id of stored) {
      const list = (await (
        await fetch(`${second.url}/api/machines/${id}/getmissingkbs`, { headers })
      ).json()) as MissingKbs;
      for (const { id: kb, machineMissedOn } of list.value) {
        missed.set(kb, (missed.get(kb) ?? 0) + 1);
        told.set(kb, machineMissedOn);
      }
    }
    assert.deepEqual(told, missed);
  });
});
