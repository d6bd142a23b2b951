import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import fc from 'fast-check';
import type { Application } from '../../src/operations/application.ts';
import type { Engine } from '../../src/operations/engine.ts';
import { openApplication } from '../../src/operations/open-application.ts';
import { wholeTenant } from '../../src/operations/scope.ts';
import type { Tenant } from '../../src/store/store.ts';
import { createFakeEngine, march2020 } from '../support/fake-engine.ts';
import { inventory } from '../support/inventories.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = new Date('2026-06-10T08:00:00Z');
const april = { kb: '4549951', ubr: 778, cves: { windows_10: 50 } };
/** What three catalogues know: one more update, then that update with more CVEs and another withdrawn. */
const engines: readonly Engine[] = [
  createFakeEngine([march2020], 'sha256:1'),
  createFakeEngine([march2020, april], 'sha256:2'),
  createFakeEngine([{ ...april, cves: { windows_10: 51 } }], 'sha256:3'),
];

interface Opened {
  readonly application: Application;
  readonly tenant: Tenant;
}

function open(t: Pick<TestContext, 'after'>, former: readonly Engine[] = engines): Opened {
  const [engine] = engines;
  assert.ok(engine !== undefined);
  const application = openApplication({
    dataFolder: temporaryFolder(t),
    now: () => now,
    engine,
    findFormerEngine: (id) => former.find(({ catalogue }) => catalogue.id === id),
  });
  t.after(() => application.close());
  return { application, tenant: application.getTenant('default') };
}

async function report({ application, tenant }: Opened, name: string, ubr: number | null, id?: string): Promise<void> {
  const build = ubr === null ? undefined : `10.0.18363.${ubr}`;
  await application.applyReport(tenant, {
    inventory: inventory({ name, ...(build === undefined ? {} : { build }), ...(id === undefined ? {} : { id }) }),
    raw: Buffer.from(`${name} ${ubr}`),
    format: 'native',
    receivedAt: now,
  });
}

/** What a client holds: the line of each device, and of each device and KB, as text. */
type Held = Map<string, string>;

/** Brings what a client holds up to date; without a cursor it begins anew. Answers with the next cursor. */
async function read({ application, tenant }: Opened, held: Held, since?: string): Promise<string> {
  const list = await application.streamMissingKbs(wholeTenant(tenant), since);
  if (since === undefined) held.clear();
  for await (const lines of list.lines) {
    for (const line of lines) {
      switch (line.type) {
        case 'device':
          held.set(line.device.id, JSON.stringify([line.device.name, line.judged]));
          break;
        case 'missing':
          assert.ok(held.has(line.device.id), 'a device is told before what it misses');
          held.set(`${line.device.id} ${line.update.kb}`, JSON.stringify(line.update));
          break;
        case 'resolved':
          assert.ok(held.delete(`${line.deviceId} ${line.kb}`), 'resolved is what was missing');
          break;
        case 'deleted':
          for (const key of held.keys()) if (key.startsWith(line.deviceId)) held.delete(key);
          break;
      }
    }
  }
  list.close();
  return list.cursor;
}

const sorted = (held: Held): readonly (readonly [string, string])[] => [...held].sort(([a], [b]) => (a < b ? -1 : 1));

describe('the list of missing updates', () => {
  it('has every device, not assessed ones too, and every missing update', async (t) => {
    const opened = open(t);
    await report(opened, 'behind', 657);
    await report(opened, 'patched', 719);
    await report(opened, 'unknown', null);
    const lines = [];
    const list = await opened.application.streamMissingKbs(wholeTenant(opened.tenant), undefined);
    for await (const some of list.lines) lines.push(...some);
    list.close();
    const names = lines.map((line) =>
      line.type === 'device'
        ? `${line.device.name} ${line.judged.coverage}`
        : line.type === 'missing'
          ? `${line.device.name} misses ${line.update.kb}`
          : line.type,
    );
    assert.deepEqual(names.slice(0, 3).sort(), ['behind assessed', 'patched assessed', 'unknown not-assessed']);
    assert.deepEqual(names.slice(3), ['behind misses 4540673']);
  });

  it('is of one moment, whatever is reported while it is read', async (t) => {
    const opened = open(t);
    await report(opened, 'behind', 657);
    const list = await opened.application.streamMissingKbs(wholeTenant(opened.tenant), undefined);
    await report(opened, 'behind', 719);
    await report(opened, 'later', 657);
    const found = [];
    for await (const some of list.lines) found.push(...some.map(({ type }) => type));
    list.close();
    assert.deepEqual(found, ['device', 'missing']);
    const held: Held = new Map();
    const cursor = await read(opened, held);
    assert.equal(held.size, 3);
    const again: Held = new Map(held);
    await read(opened, again, cursor);
    assert.deepEqual(sorted(again), sorted(held));
  });

  it('together with every difference equals the whole list, whatever happens in between', async () => {
    const act = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.record({
          kind: fc.constant('report' as const),
          device: fc.nat(5),
          ubr: fc.constantFrom(657, 719, 778, null),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('delete' as const), device: fc.nat(5) }) },
      {
        weight: 2,
        arbitrary: fc.record({
          kind: fc.constant('rename' as const),
          device: fc.nat(5),
          ubr: fc.constantFrom(657, 719),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('sync' as const), engine: fc.nat(2) }) },
      { weight: 3, arbitrary: fc.record({ kind: fc.constant('read' as const) }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), async (acts) => {
        const leave: (() => unknown)[] = [];
        const opened = open({ after: (done: () => unknown) => leave.unshift(done) } as unknown as TestContext);
        const { application, tenant } = opened;
        const held: Held = new Map();
        let cursor = await read(opened, held);
        let renames = 0;
        for (const each of acts) {
          const id = 'device' in each ? each.device.toString(16).repeat(40) : '';
          if (each.kind === 'report') await report(opened, `pc${each.device}`, each.ubr, id);
          else if (each.kind === 'rename') await report(opened, `other${each.device}-${(renames += 1)}`, each.ubr, id);
          else if (each.kind === 'delete')
            await application.deleteDevice(wholeTenant(tenant), id).catch(() => undefined);
          else if (each.kind === 'sync')
            await application.useEngine(engines[each.engine] ?? engines[0] ?? assert.fail());
          else cursor = await read(opened, held, cursor);
        }
        await read(opened, held, cursor);
        const whole: Held = new Map();
        await read(opened, whole);
        assert.deepEqual(sorted(held), sorted(whole));
        for (const done of leave) await done();
      }),
      { numRuns: 40 },
    );
  });

  for (const [says, since, code] of [
    ['what is no cursor', () => 'rubbish', 'cursor-format'],
    ['a cursor of other rules', () => cursorOf(['sha256:1', 'old', '', 0]), 'cursor-too-old'],
    ['a cursor over other devices', () => cursorOf(['sha256:1', '4', 'others', 0]), 'cursor-too-old'],
    ['a cursor from the future', (own: string) => cursorOf([...fields(own).slice(0, 3), 9e15]), 'cursor-too-old'],
    [
      'a catalogue that is not kept',
      (own: string) => cursorOf(['sha256:9', ...fields(own).slice(1)]),
      'cursor-too-old',
    ],
  ] as const) {
    it(`refuses ${says}`, async (t) => {
      const opened = open(t);
      const own = await read(opened, new Map());
      await assert.rejects(async () => opened.application.streamMissingKbs(wholeTenant(opened.tenant), since(own)), {
        code,
      });
    });
  }

  it('refuses a cursor whose changes were forgotten, and goes on from later ones', async (t) => {
    const opened = open(t);
    const held: Held = new Map();
    const first = await read(opened, held);
    await report(opened, 'behind', 657);
    await opened.application.pruneChanges(new Date(Date.now() + 60_000));
    await assert.rejects(async () => opened.application.streamMissingKbs(wholeTenant(opened.tenant), first), {
      code: 'cursor-too-old',
    });
    const second = await read(opened, held);
    await report(opened, 'behind', 719);
    await read(opened, held, second);
    assert.deepEqual(
      sorted(held).map(([key]) => key.length),
      [40],
    );
  });
});

function cursorOf(parts: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

function fields(cursor: string): readonly unknown[] {
  return JSON.parse(Buffer.from(cursor, 'base64url').toString()) as readonly unknown[];
}
