import assert from 'node:assert/strict';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import type { Application } from '../../src/operations/application.ts';
import { wholeTenant } from '../../src/operations/scope.ts';
import type { Tenant } from '../../src/store/store.ts';
import { parseKbNumber } from '../../src/terms/kb-number.ts';
import { createFakeEngine, march2020 } from './fake-engine.ts';
import type { FakeUpdate } from './fake-engine.ts';

/** Operations on a fleet by many at once, from a seed, and beside them a plain list of what each device said last. */
export interface RandomOperations {
  readonly application: Application;
  readonly seed: number;
  /** Reports, deletions and the like in all; a report in a bulk body counts as one. */
  readonly operations: number;
  /** Whether counts are compared with device rows while others write: only where reading them is one step. */
  readonly checksMeanwhile: boolean;
}

const workers = 16;
const devicesOfWorker = 50;
/** Between two checks everybody stands still. */
const operationsOfRound = 2500;

const june: FakeUpdate = { kb: '4560960', ubr: 900, cves: { windows_10: 40 } };
const catalogues: readonly { readonly id: string; readonly updates: readonly FakeUpdate[] }[] = [
  { id: 'sha256:march', updates: [march2020] },
  { id: 'sha256:june', updates: [march2020, june] },
  { id: 'sha256:nothing', updates: [] },
];

/** Revisions below, between and above what the updates bring; `null`: the device does not say, and cannot be judged. */
const revisions = [1, 600, 718, 719, 720, 899, 900, 1200, null] as const;

interface Said {
  readonly revision: number | null;
  /** Listed as installed, whatever the build says. */
  readonly kb: string | null;
}

/** Numbers from 0 to below 1, the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Runs them, and compares every count with that list after each round. @throws {AssertionError} */
export async function runRandomOperations(options: RandomOperations): Promise<void> {
  const { application, seed, operations, checksMeanwhile } = options;
  const random = randomOf(seed);
  const fleets = new Map<Tenant, Map<string, Said>>();
  for (const name of ['default', 'second']) {
    if (name !== 'default') await application.createTenant(name);
    fleets.set(application.getTenant(name), new Map());
  }
  const tenants = [...fleets.keys()];
  let [done, passing, inForce] = [0, 0, 0];
  while (done < operations) {
    const end = Math.min(operations, done + operationsOfRound);
    let isOver = false;
    const beside = [changeCatalogues(), passTenants()];
    await Promise.all(Array.from({ length: workers }, (_, worker) => work(worker, end)));
    isOver = true;
    await Promise.all(beside);
    await compare();

    async function changeCatalogues(): Promise<void> {
      while (!isOver) {
        inForce = Math.floor(random() * catalogues.length);
        await application.useEngine(createFakeEngine(catalogues[inForce]?.updates, catalogues[inForce]?.id));
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    }

    /** Tenants that come, have devices and go. */
    async function passTenants(): Promise<void> {
      while (!isOver) {
        passing += 1;
        const tenant = await application.createTenant(`passing${passing}`);
        const devices = Array.from({ length: 20 }, (_, n) =>
          report(application.getTenant(tenant.id), `p${n}`, anything()),
        );
        // Deleted while some of them are being kept.
        await Promise.race(devices);
        await application.deleteTenant(tenant.id);
        await Promise.allSettled(devices);
        done += 22;
      }
    }
  }

  async function work(worker: number, end: number): Promise<void> {
    while (done < end) {
      const tenant = tenants[Math.floor(random() * tenants.length)] ?? fail('no tenant');
      const fleet = fleets.get(tenant) ?? fail('no fleet');
      const name = `w${worker}d${Math.floor(random() * devicesOfWorker)}`;
      const kind = random();
      if (kind < 0.1) {
        done += 1;
        await application.deleteDevice(wholeTenant(tenant), name).then(
          () => assert.ok(fleet.delete(name), `${name} was deleted, but was not there`),
          () => assert.ok(!fleet.has(name), `${name} could not be deleted`),
        );
      } else if (kind < 0.2) {
        done += await bulk(tenant, fleet, worker);
      } else {
        const before = fleet.get(name);
        const said = kind < 0.4 && before !== undefined ? before : anything();
        done += 1;
        await report(tenant, name, said);
        fleet.set(name, said);
      }
      if (checksMeanwhile && random() < 0.004) assert.deepEqual(await application.verifyCounts(), []);
    }
  }

  async function bulk(tenant: Tenant, fleet: Map<string, Said>, worker: number): Promise<number> {
    const lines = Array.from({ length: 1 + Math.floor(random() * 30) }, () => {
      const name = `w${worker}d${Math.floor(random() * devicesOfWorker)}`;
      const said = anything();
      fleet.set(name, said);
      return JSON.stringify(native(name, said));
    });
    const body = async function* (): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(Uint8Array.from(Buffer.from(lines.join('\n'))));
    };
    const { accepted } = await application.applyReports(tenant, body(), {
      receivedAt: new Date(),
      longestLine: 10_000,
    });
    assert.equal(accepted, lines.length);
    return lines.length;
  }

  function anything(): Said {
    const revision = revisions[Math.floor(random() * revisions.length)] ?? null;
    return { revision, kb: random() < 0.2 ? (random() < 0.5 ? march2020.kb : june.kb) : null };
  }

  async function report(tenant: Tenant, name: string, said: Said): Promise<void> {
    const sent = native(name, said);
    const raw = Buffer.from(JSON.stringify(sent));
    await application.applyReport(tenant, {
      inventory: readNative(sent),
      raw,
      format: 'native',
      receivedAt: new Date(),
    });
  }

  async function compare(): Promise<void> {
    for (const [tenant, fleet] of fleets) {
      await application.settleCounts(tenant);
      const scope = wholeTenant(tenant);
      const said = [...fleet.values()];
      for (const { kb, ubr } of [march2020, june]) {
        const isPublished = catalogues[inForce]?.updates.some((update) => update.kb === kb) === true;
        const lacking = said.filter(
          ({ revision, kb: listed }) => isPublished && revision !== null && revision < ubr && listed !== kb,
        );
        assert.equal(
          application.countDevicesMissing(scope, parseKbNumber(kb)),
          lacking.length,
          `KB${kb} after ${done}`,
        );
      }
      const judged = said.filter(({ revision }) => revision !== null).length;
      const { assessed, 'not-assessed': notAssessed } = application.countCoverage(scope);
      assert.deepEqual([assessed, notAssessed], [judged, said.length - judged], `coverage after ${done}`);
    }
    assert.deepEqual(await application.verifyCounts(), [], `after ${done}`);
  }
}

function native(name: string, { revision, kb }: Said): object {
  return {
    schema: 'kbgap-inventory/1',
    device: { name },
    os: {
      name: 'Microsoft Windows 10 Enterprise',
      ...(revision === null ? {} : { build: `10.0.18363.${revision}` }),
      architecture: 'x64',
      installationType: 'Client',
    },
    ...(kb === null ? {} : { updates: [{ kb: `KB${kb}`, state: 'installed' }] }),
  };
}

function fail(reason: string): never {
  throw new Error(reason);
}
