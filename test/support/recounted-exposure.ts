import assert from 'node:assert/strict';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import { derivePatchState } from '../../src/inventory/patch-state.ts';
import type { Application } from '../../src/operations/application.ts';
import type { Scope } from '../../src/operations/scope.ts';
import { softwareIdOf } from '../../src/operations/software-id.ts';
import type { DeviceRow, Tenant } from '../../src/store/store.ts';

type Counts = Readonly<Record<string, number>>;

/** What is counted of the devices of a scope. */
interface Recount {
  readonly coverage: Counts;
  readonly kbs: Counts;
  readonly cves: Counts;
  readonly installed: Counts;
  readonly exposed: Counts;
}

export interface KnownTenantDevices {
  readonly tenant: Tenant;
  /** What each device reported last, native JSON by name. */
  readonly devices: ReadonlyMap<string, string>;
}

/** Every tenant's rows against what was answered, and every count in memory against the verdict of each row, for all sorts of scopes. */
export async function assertExposureIsExact(
  application: Application,
  tenants: readonly KnownTenantDevices[],
): Promise<void> {
  for (const { tenant, devices } of tenants) {
    const rows = await listAll(application, tenant);
    const builds = (each: readonly (readonly [string | null, string | null])[]): Counts =>
      Object.fromEntries(each.toSorted(([a], [b]) => ((a ?? '') < (b ?? '') ? -1 : 1)) as [string, never][]);
    assert.deepEqual(
      builds(rows.map((row) => [row.name, application.getPatchState(row).os.build])),
      builds([...devices].map(([name, text]) => [name, derivePatchState(readNative(JSON.parse(text))).os.build])),
      `devices of ${tenant.name}`,
    );
    const present = [...new Set(rows.map(({ deviceGroup }) => deviceGroup))];
    const scopes = [
      null,
      ...present.map((group) => new Set([group])),
      new Set(present.slice(0, 2)),
      new Set(['Berlin', '']),
    ];
    for (const groups of scopes) {
      const seen = rows.filter(({ deviceGroup }) => groups === null || groups.has(deviceGroup));
      const says = `${tenant.name}, ${groups === null ? 'all' : `groups ${[...groups].join()}`}`;
      assert.deepEqual(counted(application, { tenant, groups }), recounted(application, seen), says);
    }
  }
}

async function listAll(application: Application, tenant: Tenant): Promise<readonly DeviceRow[]> {
  const { devices, hasMore } = await application.listDevices({ tenant, groups: null }, { top: 10_000, skip: 0 });
  assert.equal(hasMore, false);
  return devices;
}

/** As answers say it. */
function counted(application: Application, scope: Scope): Recount {
  const { kbs, cves } = application.exposure.summarize(scope);
  const software = application.exposure.listSoftware(scope);
  const exposed = software.filter(({ exposedDevices }) => exposedDevices > 0);
  for (const { kb, devices } of kbs) assert.equal(application.countDevicesMissing(scope, kb), devices);
  return {
    coverage: sorted(Object.entries(application.countCoverage(scope)).filter(([, devices]) => devices > 0)),
    kbs: sorted(kbs.map(({ kb, devices }) => [kb, devices])),
    cves: sorted(cves.map(({ cve, devices }) => [cve, devices])),
    installed: sorted(software.map(({ id, installedDevices }) => [id, installedDevices])),
    exposed: sorted(exposed.map(({ id, exposedDevices }) => [id, exposedDevices])),
  };
}

/** Row by row. */
function recounted(application: Application, rows: readonly DeviceRow[]): Recount {
  const [coverage, kbs, cves, installed, exposed] = Array.from({ length: 5 }, () => new Map<string, number>());
  assert.ok(coverage && kbs && cves && installed && exposed);
  for (const row of rows) {
    const assessment = application.getAssessment(row);
    add(coverage, assessment.coverage);
    for (const { kb } of assessment.missing) add(kbs, kb);
    for (const cve of assessment.openCves) add(cves, cve);
    for (const id of new Set(assessment.products.map(softwareIdOf))) add(installed, id);
    for (const id of new Set(assessment.products.filter(({ openCves }) => openCves > 0).map(softwareIdOf)))
      add(exposed, id);
  }
  return {
    coverage: sorted(coverage),
    kbs: sorted(kbs),
    cves: sorted(cves),
    installed: sorted(installed),
    exposed: sorted(exposed),
  };
}

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function sorted(counts: Iterable<readonly [string, number]>): Counts {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
