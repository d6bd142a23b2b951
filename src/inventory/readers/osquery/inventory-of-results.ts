import { agentVerdicts, kbsOfEntry } from '../../facts/agent-verdicts.ts';
import { verdictOfHistory } from '../../facts/agent-history.ts';
import { parseInstallDay } from '../../facts/install-day.ts';
import { sortPrograms } from '../../facts/programs.ts';
import type { ListedProgram } from '../../facts/programs.ts';
import { updatesOfQuickFix } from '../../facts/quick-fix.ts';
import { inventoryOfRegistry } from '../../facts/registry-facts.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { inOrder } from '../../installed-update.ts';
import { emptyInventory } from '../../inventory.ts';
import type { InstalledSoftware, Inventory, ReportedOs } from '../../inventory.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import { fieldOf, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { buildOf, doubtOfBuild } from './build-of-results.ts';
import type { ResultSet } from './result-set.ts';
import { SortedRows } from './sorted-rows.ts';

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
  /** Why no build is told although some are named. */
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
    doubt: doubtOfBuild(tables),
  };
  if (otherPlatform !== undefined) return { ...told, inventory: emptyInventory };
  const registry = inventoryOfRegistry(tables.registry);
  const listed = tables
    .rows('patches')
    .flatMap(({ row }) => updatesOfQuickFix(textField(row, 'hotfix_id'), undefined, fieldOf(row, 'installed_on')));
  const ofWindows = inOrder([...listed, ...registry.updates]);
  const programs = sortPrograms(programsOf(tables), ofWindows);
  const inventory: Inventory = {
    ...emptyInventory,
    observedAt: tables.newestAt,
    device: {
      ...emptyInventory.device,
      name: hostNameOf(tables) ?? registry.device.name,
      ipAddresses: addressesOf(tables),
    },
    os: osOf(tables, registry.os),
    updates: programs.updates,
    software: [...programs.software, ...unlisted(registry.software, programs.software)],
    components: registry.components,
    // The keys that are asked for may be the two alone: that neither is there proves nothing.
    pendingReboot: countedReboot(tables) ?? (registry.pendingReboot === true ? true : undefined),
    opinions: verdictsOf(tables),
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

function osOf(tables: SortedRows, registry: ReportedOs): ReportedOs {
  const os = tables.rows('os_version');
  const first = (column: string): string | undefined => os.flatMap(({ row }) => textField(row, column) ?? [])[0];
  // The registry says Windows 10 on 11, Windows itself does not.
  const name = first('name') ?? registry.name;
  return {
    ...registry,
    name,
    build: buildOf(tables).build,
    architecture: architectureOf(first('arch'), tables) ?? registry.architecture,
    installationType: registry.installationType ?? installationTypeOfName(name),
  };
}

/** `64-bit`, `64 ビット`, `ARM 64-bit Processor`; where it says no more than 64, a processor of ARM decides. */
function architectureOf(text: string | undefined, tables: SortedRows): ReportedOs['architecture'] {
  const cpu = tables.rows('system_info').flatMap(({ row }) => textField(row, 'cpu_type') ?? [])[0];
  const ofCpu = cpu === undefined ? undefined : parseArchitecture(cpu);
  const said = text === undefined ? undefined : parseArchitecture(text);
  return said === 'x64' && ofCpu === 'arm64' ? 'arm64' : (said ?? ofCpu);
}

/** Of a program that several results name, the newest one's versions count. */
function programsOf(tables: SortedRows): readonly ListedProgram[] {
  const rankOf = new Map<string, number>();
  return tables.rows('programs').flatMap(({ row, rank }) => {
    const name = textField(row, 'name');
    if (name === undefined || (rankOf.get(name) ?? rank) !== rank) return [];
    rankOf.set(name, rank);
    const installedOn = parseInstallDay(fieldOf(row, 'install_date'));
    return [{ name, vendor: textField(row, 'publisher'), version: textField(row, 'version'), installedOn }];
  });
}

/** Office has its version in both places, under its name in the system's language in the list. */
function unlisted(
  software: readonly InstalledSoftware[],
  listed: readonly InstalledSoftware[],
): readonly InstalledSoftware[] {
  const versions = new Set(listed.map(({ version }) => version));
  return software.filter(({ version }) => !versions.has(version));
}

/**
 * What the Windows Update Agent remembers. It is the agent's word, lost with its database and silent on what was installed
 * without it, so it stands beside the verdict. A query may leave the operation out; nearly all are installations.
 */
function verdictsOf(tables: SortedRows): readonly OtherVerdict[] {
  const dateOf = (row: JsonRecord): number => Number(textField(row, 'date') ?? 0);
  const rows = tables.rows('windows_update_history').map(({ row }) => row);
  return agentVerdicts(
    [...rows]
      .sort((a, b) => dateOf(b) - dateOf(a))
      .map((row) => {
        const title = textField(row, 'title');
        const verdict = verdictOfHistory(textField(row, 'operation'), textField(row, 'result_code'));
        return { kbs: kbsOfEntry([], title), title, verdict };
      }),
  );
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
function countedReboot(tables: SortedRows): boolean | undefined {
  const count = tables.rows('pending_reboot').flatMap(({ row }) => textField(row, 'pending_reboot') ?? [])[0];
  return count === undefined || !/^\d{1,9}$/.test(count) ? undefined : Number(count) > 0;
}
