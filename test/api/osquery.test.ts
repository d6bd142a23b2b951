import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startOsqueryServer, unpatched } from '../support/osquery-server.ts';
import { wholeTenant } from '../../src/operations/scope.ts';

describe('a host with osqueryd', () => {
  it('enrols, is asked at once, and is judged', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    assert.equal(await node.start(), true);
    assert.deepEqual(node.waits, []);
    const enrolled = await server.device('PC-EINS');
    assert.equal(enrolled?.osBuild, '10.0.18363.657', 'the details of the enrolment tell of the device already');

    const asked = await node.askAndAnswer();
    assert.ok(asked?.includes('kbgap_os_version') && asked.includes('kbgap_update_history'), String(asked));
    const device = await server.device('PC-EINS');
    assert.equal(device?.installationType, 'Client');
    assert.deepEqual(device === undefined ? [] : server.application.getAssessment(device).install, ['4540673']);
    assert.deepEqual(await node.askAndAnswer(), [], 'all is known: nothing is asked');
  });

  it('tells all that its schedule finds, of an old osquery too', async (t) => {
    const server = await startOsqueryServer(t);
    for (const osqueryVersion of ['4.9.0', '5.22.1']) {
      const hostName = `PC-${osqueryVersion.replaceAll('.', '')}`;
      const rollup = 'Package_for_RollupFix~31bf3856ad364e35~amd64~~18362.657.1.9';
      const node = await server.node({
        identifier: hostName,
        host: {
          ...unpatched,
          hostName,
          osqueryVersion,
          isRebootPending: true,
          packages: [
            [rollup, 112],
            ['Package_for_RollupFix~31bf3856ad364e35~amd64~~18362.719.1.4', 64],
            ['Other-Package~1', 112],
          ],
          programs: [{ name: 'Microsoft Edge', version: '137.0.3296.58', publisher: 'Microsoft Corporation' }],
          history: [
            { title: 'Update (KB4532693)', date: 1_581_500_000, result: 'Succeeded' },
            { title: 'Definitions KB2267602', date: 1_581_500_000, result: 'Succeeded' },
            { title: 'Update (KB4540673)', date: 1_584_000_000, result: 'Failed' },
          ],
        },
      });
      await node.start();
      node.runSchedule();
      assert.equal(await node.flush(), true);
      const device = await server.device(hostName);
      assert.ok(device !== undefined);
      const state = server.application.getPatchState(device);
      assert.equal(state.os.build, '10.0.18363.657');
      assert.equal(state.os.editionId, 'Professional');
      assert.deepEqual(state.installedKbs, ['4532693']);
      assert.equal(state.pendingReboot, true);
      assert.deepEqual(state.dotnetFramework, ['4.8.1']);
      assert.deepEqual(
        state.software.map(({ name, version }) => `${name} ${version ?? ''}`),
        ['Microsoft Defender Antimalware Platform 4.18.26040.7', 'Microsoft Edge 137.0.3296.58'],
      );
      const facts = await server.application.getDeviceFacts(device);
      assert.deepEqual(
        facts.sources.map(({ source, class: letter }) => `${source} ${letter ?? ''}`),
        ['osquery A'],
      );
      assert.deepEqual(
        facts.opinions.map(({ source, kb, verdict }) => `${source} ${kb} ${verdict}`),
        osqueryVersion === '4.9.0' ? [] : ['windows-update-agent 4532693 installed'],
      );
    }
  });

  it('is judged anew when it was patched, and costs nothing while nothing changes', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    await node.askAndAnswer();
    const judged = server.engine.assessed();
    const before = await server.device('PC-EINS');
    for (let hour = 0; hour < 5; hour += 1) {
      server.pass(1);
      node.runSchedule();
      assert.equal(await node.flush(), true);
    }
    assert.deepEqual(await server.device('PC-EINS'), before, 'the row was not written');
    assert.equal(server.engine.assessed(), judged);

    node.options.host.ubr = 719;
    node.options.host.patches = ['KB4540673'];
    server.pass(0.5);
    node.runSchedule();
    await node.flush();
    const after = await server.device('PC-EINS');
    assert.equal(after?.osBuild, '10.0.18363.719');
    assert.deepEqual(after === undefined ? [] : server.application.getPatchState(after).installedKbs, ['4540673']);
    assert.deepEqual(await server.application.verifyCounts(), []);
  });

  it('shows that it lives, although nothing changes', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    await node.askAndAnswer();
    server.pass(7);
    node.runSchedule();
    await node.flush();
    assert.equal((await server.device('PC-EINS'))?.reportedAt, '2026-06-10T15:00:00.000Z');
  });

  it('comes back where its device was deleted', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    await node.askAndAnswer();
    await server.application.deleteDevice(wholeTenant(server.tenant), 'PC-EINS');
    server.pass(1);
    node.runSchedule();
    await node.flush();
    assert.equal((await server.device('PC-EINS'))?.osBuild, '10.0.18363.657');
  });

  it('is asked again when its schedule stands still, and not while an answer is awaited', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    await node.askAndAnswer();
    server.pass(11);
    assert.deepEqual(await node.askAndAnswer(), []);
    server.pass(2);
    const known = await server.application.osquery.find(node.nodeKey);
    assert.ok(known !== undefined);
    // Ten minutes of the clock that counts here, not of the one that the test turns.
    assert.deepEqual(await server.application.osquery.ask(known, server.now()), { queries: {} });
  });

  it('that is no Windows enrols and is left alone', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node({ platformType: '9' });
    assert.equal(await node.start(), true);
    assert.deepEqual(await node.askAndAnswer(), []);
    node.runSchedule();
    assert.equal(await node.flush(), true);
    assert.equal(await server.device('PC-EINS'), undefined);
    assert.equal((await server.application.osquery.list(server.tenant))[0]?.isWindows, false);
  });

  it('keeps one device when it is renamed', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    await node.askAndAnswer();
    const { id } = (await server.device('PC-EINS')) ?? {};
    node.options.host.hostName = 'PC-NEU';
    server.pass(1);
    node.runSchedule();
    await node.flush();
    assert.equal((await server.device('PC-NEU'))?.id, id);
    assert.equal(await server.device('PC-EINS'), undefined);
  });
});

describe('ways of sending', () => {
  for (const [says, options] of [
    ['packed logs', { compress: true }],
    ['the key in a header beside the body', { keyHeader: 'also' }],
    ['the key in a header alone', { keyHeader: 'only', compress: true }],
    ['the secret in every address', { secretAlways: true }],
    ["Fleet's paths", { base: '/api/osquery' }],
    ["Fleet's older paths", { base: '/api/v1/osquery' }],
    ['paths in any case', { base: '/API/v1/OsQuery' }],
  ] as const) {
    it(says, async (t) => {
      const server = await startOsqueryServer(t);
      const node = await server.node(options);
      assert.equal(await node.start(), true);
      node.runSchedule();
      assert.equal(await node.flush(), true);
      assert.ok((await node.askAndAnswer())?.length === 0);
      assert.deepEqual([node.waits, node.lost], [[], 0]);
      assert.equal((await server.device('PC-EINS'))?.osBuild, '10.0.18363.657');
    });
  }
});

describe('secrets and keys', () => {
  it('a wrong secret is refused twelve times, and then until the address is let be', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node({ secret: 'this secret belongs to nobody' });
    assert.equal(await node.start(), false);
    assert.deepEqual(node.waits.slice(0, 11), [1, 4, 9, 16, 25, 36, 49, 64, 81, 100, 121]);
    assert.match(node.replies[0] ?? '', /^\{"node_invalid":true,"error":"enrolment refused: unknown secret"\}$/);
    assert.match(node.replies.at(-1) ?? '', /^\{"error":"too many wrong enrolment secrets/);
    const right = await server.node();
    assert.equal(await right.start(), false, 'nothing from this address is looked at for a minute');
    assert.deepEqual(await server.application.osquery.list(server.tenant), []);
  });

  it('a revoked secret enrols nobody; the nodes that it enrolled go on', async (t) => {
    const server = await startOsqueryServer(t);
    const { secret, secretId } = await server.application.osquery.createSecret(server.tenant, 'autumn');
    const node = await server.node({ secret });
    await node.start();
    await server.application.osquery.revokeSecret(server.tenant, secretId, { withNodes: false });
    node.runSchedule();
    assert.equal(await node.flush(), true);
    const late = await server.node({ secret, identifier: 'late' });
    assert.equal(await late.start(), false);
  });

  it('a secret that is revoked with its nodes locks them out, and they lose nothing', async (t) => {
    const server = await startOsqueryServer(t);
    const { secret, secretId } = await server.application.osquery.createSecret(server.tenant, 'autumn');
    const node = await server.node({ secret });
    await node.start();
    const { revokedNodes } = await server.application.osquery.revokeSecret(server.tenant, secretId, {
      withNodes: true,
    });
    assert.equal(revokedNodes, 1);
    node.runSchedule();
    const waiting = node.buffer.length;
    assert.equal(await node.flush(), false);
    assert.equal(node.nodeKey, '');
    assert.equal(await node.flush(), false);
    assert.equal(node.buffer.length, waiting);
  });

  it('a node that is revoked enrols anew and sends what it kept', async (t) => {
    const server = await startOsqueryServer(t);
    const node = await server.node();
    await node.start();
    const [listed] = await server.application.osquery.list(server.tenant);
    await server.application.osquery.revoke(server.tenant, listed?.nodeId ?? '');
    const former = node.nodeKey;
    node.runSchedule();
    assert.equal(await node.flush(), false);
    assert.equal(await node.flush(), true);
    assert.notEqual(node.nodeKey, former);
    assert.deepEqual(
      (await server.application.osquery.list(server.tenant)).map(({ nodeId, revokedAt }) => [nodeId, revokedAt]),
      [[listed?.nodeId, null]],
    );
  });

  it('a host that enrols again gets another key, and the former one is no longer good', async (t) => {
    const server = await startOsqueryServer(t);
    const { secret } = await server.application.osquery.createSecret(server.tenant, 'all');
    const first = await server.node({ secret });
    const again = await server.node({ secret });
    await first.start();
    await again.start();
    assert.notEqual(first.nodeKey, again.nodeKey);
    assert.equal(await server.application.osquery.find(first.nodeKey), undefined);
    assert.equal((await server.application.osquery.list(server.tenant)).length, 1);
  });

  it('cloned machines with one identifier are nodes of their own', async (t) => {
    const server = await startOsqueryServer(t);
    const { secret } = await server.application.osquery.createSecret(server.tenant, 'all');
    const one = await server.node({ secret, host: { ...unpatched, hostName: 'VM-A' } });
    const other = await server.node({ secret, host: { ...unpatched, hostName: 'VM-B', ubr: 719 } });
    const hardware = await server.node({ secret, host: { ...unpatched, hostName: 'VM-A', serial: 'S-2' } });
    for (const node of [one, other, hardware]) {
      await node.start();
      await node.askAndAnswer();
    }
    assert.equal((await server.application.osquery.list(server.tenant)).length, 3);
    for (const node of [one, other, hardware])
      assert.notEqual(await server.application.osquery.find(node.nodeKey), undefined);
    assert.equal((await server.device('VM-A'))?.osBuild, '10.0.18363.657');
    assert.equal((await server.device('VM-B'))?.osBuild, '10.0.18363.719');
  });

  it('the secret tells the tenant: one host in two tenants is two devices', async (t) => {
    const server = await startOsqueryServer(t);
    const other = await server.application.createTenant('other');
    const ours = await server.node();
    const theirs = await server.node({ tenant: other, host: { ...unpatched, ubr: 719 } });
    await ours.start();
    await theirs.start();
    assert.equal((await server.device('PC-EINS'))?.osBuild, '10.0.18363.657');
    assert.equal((await server.device('PC-EINS', other))?.osBuild, '10.0.18363.719');
    assert.equal((await server.application.osquery.list(server.tenant)).length, 1);
    assert.equal((await server.application.osquery.list(other)).length, 1);
    assert.equal(server.application.osquery.listSecrets(other).length, 1);
    const theirNode = (await server.application.osquery.list(other))[0]?.nodeId ?? '';
    await assert.rejects(server.application.osquery.revoke(server.tenant, theirNode), {
      code: 'osquery-node-not-found',
    });
  });

  it('a key of one node with the name of another opens nothing', async (t) => {
    const server = await startOsqueryServer(t);
    const one = await server.node();
    const other = await server.node({ host: { ...unpatched, hostName: 'PC-ZWEI' }, identifier: 'two' });
    await one.start();
    await other.start();
    const mixed = Buffer.concat([
      Buffer.from(one.nodeKey, 'base64url').subarray(0, 32),
      Buffer.from(other.nodeKey, 'base64url').subarray(32),
    ]).toString('base64url');
    for (const key of [
      mixed,
      one.nodeKey.slice(0, -1),
      `${one.nodeKey}A`,
      '',
      'x'.repeat(86),
      one.nodeKey.toLowerCase(),
    ])
      assert.equal(await server.application.osquery.find(key), undefined);
  });
});
