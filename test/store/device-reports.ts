import { randomUUID } from 'node:crypto';
import { packReport } from '../../src/store/report-bytes.ts';
import type { DeviceReport, DeviceRow, DeviceScope, TenantRow } from '../../src/store/store.ts';
import type { ExposureDay } from '../../src/store/view-store.ts';
import { patchState } from '../support/patch-states.ts';

/** Id of the test's device number `n`: 40 hex digits. */
export function deviceId(n: number): string {
  return n.toString(16).padStart(40, '0');
}

/** A report of one device with plain attributes; `attributes` sets those that matter to the test. */
export function deviceReport(
  tenantId: string,
  n: number,
  attributes: Partial<Omit<DeviceRow, 'tenantId' | 'id'>> = {},
): DeviceReport {
  const { firstSeenAt: _firstSeenAt, ...given } = attributes;
  return {
    device: {
      tenantId,
      id: deviceId(n),
      deviceGroup: '',
      name: `device-${n}.contoso.com`,
      osName: 'Microsoft Windows 10 Enterprise',
      osBuild: '10.0.18363.657',
      osPlatform: 'Windows10',
      displayVersion: '1909',
      architecture: 'x64',
      installationType: 'Client',
      tags: [],
      ipAddresses: [],
      reportedAt: '2026-06-10T08:00:00.000Z',
      patchStateId: 'state-a',
      ...given,
    },
    patchState: JSON.stringify(patchState('10.0.18363.657')),
    packed: packReport(new TextEncoder().encode(`report of device ${n}`)),
    format: 'native',
    source: 'native',
    observedAt: given.reportedAt ?? '2026-06-10T08:00:00.000Z',
    basis: '',
  };
}

/** Every device of a tenant. */
export function whole(tenantId: string): DeviceScope {
  return { tenantId, groups: null };
}

export function newTenant(name: string): TenantRow {
  return { id: randomUUID(), name, createdAt: '2026-06-10T08:00:00.000Z' };
}

/** Figures of one group on one day; those that the test does not name are 1. */
export function exposureDay(
  day: string,
  figures: Partial<ExposureDay & { readonly deviceGroup: string }> = {},
): ExposureDay & { readonly deviceGroup: string } {
  return {
    day,
    deviceGroup: '',
    devices: 1,
    assessed: 1,
    partlyAssessed: 1,
    notAssessed: 1,
    nothingMissing: 1,
    missing: 1,
    openCves: 1,
    exploitedCves: 1,
    ...figures,
  };
}
