import type { PackageFacts } from '../../facts/cbs-packages.ts';
import { parseDay } from '../../facts/instant.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { inOrder } from '../../installed-update.ts';
import type { InstalledUpdate } from '../../installed-update.ts';
import { emptyInventory } from '../../inventory.ts';
import type { InstalledSoftware, Inventory, ReportedOs } from '../../inventory.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import { fieldOf, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import { buildOf, doubtOfBuild } from './build-of-results.ts';
import { cbsFactsOf, componentsOf, pendingRebootOf, softwareOf } from './registry-facts.ts';
import type { ResultSet } from './result-set.ts';
import { SortedRows } from './sorted-rows.ts';
import { verdictsOfHistory } from './update-history.ts';

/** What the results of one host say. */
export interface HostFacts {
  /** Without id and source id; the name is what the host calls itself. */
  readonly inventory: Inventory;
  /** `ubuntu`, `darwin` …: the host is no Windows, and the inventory says nothing. */
  readonly otherPlatform: string | undefined;
  /** `system_info.uuid`; clones may share it. */
  readonly hardwareId: string | undefined;
  /** Whether any row was of a table that is read. */
  readonly isTold: boolean;
  /** What is not believed, and why. */
  readonly doubt: string | undefined;
}

/**
 * One inventory of all that the queries of one host gave, in any order: where two disagree, the newer result counts.
 * `kernel_info` is not read: its version is that of a file, with the base build of the branch (19041 on 22H2).
 */
export function inventoryOfResults(sets: readonly ResultSet[]): HostFacts {
  const tables = new SortedRows(sets);
  const system = tables.rows('system_info')[0]?.row;
  const osRows = tables.rows('os_version');
  const platform = osRows.flatMap(({ row }) => textField(row, 'platform')?.toLowerCase() ?? [])[0];
  const otherPlatform = platform === undefined || platform === 'windows' ? undefined : platform;
  const told = {
    otherPlatform,
    hardwareId: system === undefined ? undefined : textField(system, 'uuid')?.toLowerCase(),
    isTold: tables.isTold,
    doubt: doubtOfBuild(tables.registry),
  };
  if (otherPlatform !== undefined) return { ...told, inventory: emptyInventory };
  const programs = softwareOfRows(tables);
  const cbs = cbsFactsOf(tables.registry);
  const inventory: Inventory = {
    ...emptyInventory,
    observedAt: tables.newestAt,
    device: {
      ...emptyInventory.device,
      name: hostNameOf(tables),
      ipAddresses: addressesOf(tables),
    },
    os: osOf(tables, cbs),
    updates: inOrder([...patchesOf(tables), ...cbs.updates]),
    software: [...programs, ...softwareOf(tables.registry, programs)],
    components: componentsOf(tables.registry),
    pendingReboot: cbs.pendingReboot ?? pendingReboot(tables),
    opinions: inVerdictOrder(verdictsOfHistory(tables.rows('windows_update_history').map(({ row }) => row))),
  };
  return { ...told, inventory };
}

function hostNameOf(tables: SortedRows): string | undefined {
  const system = tables.rows('system_info').map(({ row }) => row);
  const first = (rows: readonly JsonRecord[], ...columns: readonly string[]): string | undefined =>
    rows.flatMap((row) => textField(row, ...columns) ?? [])[0];
  return (
    first(system, 'computer_name', 'hostname') ??
    first(
      tables.rows('patches').map(({ row }) => row),
      'csname',
    )
  );
}

function osOf(tables: SortedRows, packages: PackageFacts): ReportedOs {
  const { registry } = tables;
  const os = tables.rows('os_version');
  const first = (column: string): string | undefined => os.flatMap(({ row }) => textField(row, column) ?? [])[0];
  const name = first('name') ?? registry.current('ProductName');
  const type = registry.current('InstallationType');
  const releaseId = registry.current('ReleaseId');
  return {
    ...emptyInventory.os,
    name,
    build: buildOf(os, registry),
    // ReleaseId stands still at 2009 since DisplayVersion came.
    displayVersion: registry.current('DisplayVersion') ?? (releaseId === '2009' ? undefined : releaseId),
    rollupLevel: packages.rollupLevel,
    architecture: architectureOf(first('arch'), tables) ?? packages.architecture,
    installationType: (type === undefined ? undefined : parseInstallationType(type)) ?? installationTypeOfName(name),
    editionId: registry.current('EditionID'),
  };
}

/** `64-bit`, `64 ビット`, `ARM 64-bit Processor`; where it says no more than 64, a processor of ARM decides. */
function architectureOf(text: string | undefined, tables: SortedRows): ReportedOs['architecture'] {
  const cpu = tables.rows('system_info').flatMap(({ row }) => textField(row, 'cpu_type') ?? [])[0];
  const ofCpu = cpu === undefined ? undefined : parseArchitecture(cpu);
  const said = text === undefined ? undefined : parseArchitecture(text);
  return said === 'x64' && ofCpu === 'arm64' ? 'arm64' : (said ?? ofCpu);
}

function patchesOf(tables: SortedRows): readonly InstalledUpdate[] {
  return tables.rows('patches').flatMap(({ row }) => {
    const kb = tryParseKbNumber(textField(row, 'hotfix_id') ?? '');
    return kb === undefined ? [] : [{ kb, installedOn: parseDay(fieldOf(row, 'installed_on')), state: 'installed' }];
  });
}

/** Of a program that several results name, the newest one's versions count. */
function softwareOfRows(tables: SortedRows): readonly InstalledSoftware[] {
  const rankOf = new Map<string, number>();
  const found = new Map<string, InstalledSoftware>();
  for (const { row, rank } of tables.rows('programs')) {
    const name = textField(row, 'name');
    if (name === undefined || (rankOf.get(name) ?? rank) !== rank) continue;
    rankOf.set(name, rank);
    const software = { name, vendor: textField(row, 'publisher'), version: textField(row, 'version') };
    found.set(JSON.stringify(software), software);
  }
  return [...found].sort(([a], [b]) => compareText(a, b)).map(([, software]) => software);
}

function addressesOf(tables: SortedRows): readonly string[] {
  const [newest] = tables.rows('interface_addresses');
  const addresses = tables
    .rows('interface_addresses')
    .filter(({ rank }) => rank === newest?.rank)
    .flatMap(({ row }) => textField(row, 'address')?.split('%', 1)[0] ?? []);
  return [...new Set(addresses.filter((each) => !/^(?:127\.|::1$|fe80:|169\.254\.)/i.test(each)))].sort();
}

/** The count of the keys that say so, where a query asked for it. */
function pendingReboot(tables: SortedRows): boolean | undefined {
  const count = Number(
    tables.rows('pending_reboot').map(({ row }) => textField(row, 'pending_reboot'))[0] ?? Number.NaN,
  );
  return Number.isNaN(count) ? pendingRebootOf(tables.registry) : count > 0;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
