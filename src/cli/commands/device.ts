import type { Assessment } from '../../assessment/assessment.ts';
import type { Staleness } from '../../catalogue/staleness.ts';
import type { Application } from '../../operations/application.ts';
import { joinItem, shownCatalogue, toDeviceItem } from '../../operations/device-item.ts';
import { wholeTenant } from '../../operations/scope.ts';
import type { DeviceRow, Tenant } from '../../store/store.ts';
import { staleWarning } from '../catalogue-age.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { deviceText, print, say } from '../output.ts';
import { factLines } from '../fact-lines.ts';
import { withApplication } from '../with-application.ts';

/** Beside every verdict, on stderr. */
function warnIfStale(application: Application): void {
  for (const warning of staleWarning(application.findStaleness(new Date()))) say(warning);
}

/** `kbgap device list` */
export function runDeviceList(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const devices = (await allDevices(application, tenant)).map((device) => ({
      device,
      assessment: application.getAssessment(device),
    }));
    warnIfStale(application);
    if (options.json === true) {
      const stale = application.findStaleness(new Date());
      print(
        JSON.stringify(
          devices.map(({ device, assessment }) => listEntry(device, assessment, stale)),
          null,
          2,
        ),
      );
      return exitCodes.clean;
    }
    const { default: Table } = await import('cli-table3');
    const table = new Table({
      head: ['id', 'name', 'system', 'build', 'coverage', 'missing', 'reported'],
      style: { head: [], border: [] },
    });
    for (const { device, assessment } of devices) {
      table.push([
        device.id,
        device.name ?? '',
        device.osName ?? '',
        device.osBuild ?? '',
        assessment.coverage,
        String(assessment.missing.length),
        device.reportedAt,
      ]);
    }
    print(table.toString());
    return exitCodes.clean;
  });
}

async function allDevices(application: Application, tenant: Tenant): Promise<readonly DeviceRow[]> {
  const found: DeviceRow[] = [];
  for (let more = true; more;) {
    const last = found.at(-1);
    const after = last === undefined ? {} : { after: [last.id] };
    const page = await application.listDevices(wholeTenant(tenant), { top: 1000, skip: 0, ...after });
    found.push(...page.devices);
    more = page.hasMore;
  }
  return found;
}

/** The catalogue's age beside each verdict: who takes one device out of the list takes it along. */
function listEntry(device: DeviceRow, { coverage, missing }: Assessment, stale: Staleness | undefined): object {
  const { id, name, osName, osBuild, reportedAt } = device;
  const age = { stale: stale !== undefined, staleReason: stale?.reason ?? null };
  return { id, name, osName, osBuild, reportedAt, coverage, missing: missing.length, ...age };
}

/** `kbgap device show ID`: the verdict, who said what, and where the sources disagree. */
export function runDeviceShow([id = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const device = await application.getDevice(wholeTenant(tenant), id);
    const assessment = application.getAssessment(device);
    const joined = application.joinFacts(assessment);
    const item = joinItem(toDeviceItem({ source: device.id, name: device.name }, assessment), assessment, joined);
    const facts = await application.getDeviceFacts(device);
    const now = new Date();
    const { catalogueId, newestRelease, currentTo } = application.getCatalogueState(now);
    const stale = application.findStaleness(now);
    const catalogue = shownCatalogue({ id: catalogueId, newestRelease, currentTo }, stale);
    const head = { deviceId: device.id, reportedAt: device.reportedAt };
    print(
      options.json === true
        ? JSON.stringify({ ...head, ...item, ...facts, catalogue }, null, 2)
        : [deviceText(item), ...factLines(facts)].join('\n'),
    );
    warnIfStale(application);
    return exitCodes.clean;
  });
}

/** `kbgap device delete ID` */
export function runDeviceDelete([id = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const deleted = await application.deleteDevice(wholeTenant(tenant), id);
    if (options.json === true) print(JSON.stringify({ deviceId: deleted.id }));
    else if (options.quiet !== true) print(`${deleted.id} deleted`);
    return exitCodes.clean;
  });
}
