import { updateName } from '../assessment/update-name.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { Severity } from '../catalogue/advisory-document.ts';
import type { FilterTree } from '../store/filter.ts';
import type { DeviceRow } from '../store/store.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { OperationContext } from './context.ts';
import type { ExposureQueries } from './exposure-queries.ts';
import { deviceScope } from './scope.ts';
import type { Scope } from './scope.ts';

/** What a search found, at most `mostOfEach` of a kind, best first. */
export interface SearchResult {
  readonly devices: readonly {
    readonly deviceId: string;
    readonly name: string | null;
    readonly os: string | null;
    readonly missing: number;
  }[];
  readonly updates: readonly { readonly kb: KbNumber; readonly name: string | null; readonly devices: number }[];
  readonly cves: readonly { readonly id: string; readonly severity: Severity | null; readonly devices: number }[];
  readonly products: readonly { readonly id: string; readonly name: string; readonly devices: number }[];
}

const mostOfEach = 8;

/** Names are looked through for a part of them only in fleets of this size: of larger ones the index finds beginnings. */
const mostLookedThrough = 200_000;

const deviceId = /^[0-9a-f]{40}$/;
const address = /^(?:\d{1,3}(?:\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)$/i;

/** Devices, updates, CVEs and products that a text leads to: names, ids, addresses, KB numbers, or parts of them. */
export async function search(
  context: Pick<OperationContext, 'store' | 'exposures'>,
  queries: ExposureQueries,
  scope: Scope,
  asked: string,
): Promise<SearchResult> {
  const text = asked.trim();
  const { published } = context.exposures.verdicts.engine;
  return {
    devices: await findDevices(context, scope, text),
    updates: published === undefined ? [] : findUpdates(context, published, scope, text),
    cves: findCves(queries, scope, text),
    products: findProducts(queries, scope, text),
  };
}

async function findDevices(
  { store, exposures }: Pick<OperationContext, 'store' | 'exposures'>,
  scope: Scope,
  text: string,
): Promise<SearchResult['devices']> {
  const found = new Map<string, DeviceRow>();
  const look = async (filter: FilterTree): Promise<void> => {
    if (found.size >= mostOfEach) return;
    const orderBy = [{ property: 'name', isDescending: false }] as const;
    for (const device of (await store.listDevices(deviceScope(scope), { filter, orderBy, top: mostOfEach, skip: 0 }))
      .devices)
      if (found.size < mostOfEach) found.set(device.id, device);
  };
  const id = text.toLowerCase();
  if (deviceId.test(id)) await look({ kind: 'compare', property: 'id', operator: 'eq', value: id });
  if (address.test(text)) await look({ kind: 'compare', property: 'lastIpAddress', operator: 'eq', value: text });
  await look({ kind: 'text', property: 'name', operator: 'startswith', value: text });
  if (exposures.of(scope).countDevices() <= mostLookedThrough)
    await look({ kind: 'text', property: 'name', operator: 'contains', value: text });
  return [...found.values()].map(({ id: each, name, osName, patchStateId }) => ({
    deviceId: each,
    name,
    os: osName,
    missing: exposures.verdicts.contribution(patchStateId).missing.length,
  }));
}

/** Where a number begins so; else where the name holds every word. Those that most devices miss come first. */
function findUpdates(
  { exposures }: Pick<OperationContext, 'exposures'>,
  published: Catalogue,
  scope: Scope,
  text: string,
): SearchResult['updates'] {
  const number = /^(?:kb)? *(\d{2,8})$/i.exec(text)?.[1];
  const words = text.toLowerCase().split(/\s+/);
  const exposure = exposures.of(scope);
  const isNamed = (kb: KbNumber): boolean => {
    const name = (updateName(published, kb) ?? '').toLowerCase();
    return words.every((word) => name.includes(word));
  };
  return published.kbs
    .filter((kb) => (number === undefined ? isNamed(kb) : kb.startsWith(number)))
    .map((kb) => ({ kb, devices: exposure.countMissing(kb) }))
    .sort((a, b) => b.devices - a.devices || Number(b.kb) - Number(a.kb))
    .slice(0, mostOfEach)
    .map(({ kb, devices }) => ({ kb, name: updateName(published, kb) ?? null, devices }));
}

/** Those open on some device; a whole id also where none is open to it. */
function findCves(queries: ExposureQueries, scope: Scope, text: string): SearchResult['cves'] {
  const part = /^(?:cve-?)?(\d[\d-]*)$/i.exec(text)?.[1];
  if (part === undefined) return [];
  const exact = queries.findCve(`CVE-${part}`);
  const open = queries
    .listVulnerabilities(scope)
    .filter(({ id }) => id.slice('CVE-'.length).startsWith(part))
    .sort((a, b) => b.exposedDevices - a.exposedDevices || (a.id < b.id ? 1 : -1));
  const whole = exact === undefined ? [] : queries.vulnerabilities(scope, [exact]);
  return [...whole, ...open.filter(({ id }) => id !== whole[0]?.id)]
    .slice(0, mostOfEach)
    .map(({ id, severity, exposedDevices }) => ({ id, severity: severity ?? null, devices: exposedDevices }));
}

function findProducts(queries: ExposureQueries, scope: Scope, text: string): SearchResult['products'] {
  const words = text
    .toLowerCase()
    .split(/[\s_-]+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  return queries
    .listSoftware(scope)
    .filter(({ id, name }) => words.every((word) => id.includes(word) || name.toLowerCase().includes(word)))
    .sort((a, b) => b.installedDevices - a.installedDevices || (a.id < b.id ? -1 : 1))
    .slice(0, mostOfEach)
    .map(({ id, name, installedDevices }) => ({ id, name, devices: installedDevices }));
}
