import { agreedBuild } from '../../facts/agreed-build.ts';
import type { AgreedBuild, ToldBuild } from '../../facts/agreed-build.ts';
import { parseBuild, parseUbr } from '../../facts/build-number.ts';
import { parseInstant } from '../../facts/instant.ts';
import { installedDay } from '../../facts/listed-hotfixes.ts';
import { skuOf } from '../../facts/operating-system-sku.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { sortPrograms } from '../../facts/programs.ts';
import type { ListedProgram } from '../../facts/programs.ts';
import type { InstalledUpdate } from '../../installed-update.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import { textOf } from '../../text/loose-json.ts';
import type { NamedRow } from '../../text/named-row.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import type { InstallationType } from '../../../terms/installation-type.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import { formatWindowsBuild } from '../../../terms/windows-build.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import { articlesById, isComplianceRow, isUnknownState, verdictOf } from './compliance.ts';
import { joinByHost } from './joined-host.ts';
import type { JoinedHost } from './joined-host.ts';
import { column, confidenceOfRow, identityColumns, isUpdateInfo, viewRows } from './view-row.ts';

/**
 * Microsoft Configuration Manager: rows of its views (`v_R_System`, `v_GS_OPERATING_SYSTEM`, `v_GS_QUICK_FIX_ENGINEERING`, add/remove
 * programs, `v_UpdateComplianceStatus` …) or of the same classes of WMI and the administration service, as CSV or JSON, one
 * view or several or joined ones; put together by ResourceID or name. `BuildExt` is build and UBR. Compliance states are its
 * verdict, and what it knows not is no verdict. Source: Microsoft Learn, Configuration Manager SQL Server views.
 */
export const configmgr: InventoryReader = {
  format: 'configmgr',
  kinds: ['json', 'text', 'binary'],
  marks: [/\bResourceID\b/i, /\b(?:Name|Build|Caption|HotFixID)0\b/, /\bSMS_|\bCI_ID\b/],
  recognise(input) {
    const first = viewRows.firstIn(input);
    const confidence = first === undefined ? 0 : confidenceOfRow(first);
    return confidence > 0
      ? { confidence, against: 'updates without devices' }
      : notThis('no ResourceID or Name0 beside columns of its views, such as BuildExt or HotFixID0');
  },
  read(input) {
    const rows = viewRows.rowsIn(input);
    const articles = articlesById(rows);
    const { hosts, nameless } = joinByHost(rows.filter((row) => !isUpdateInfo(row)));
    const windows = hosts.filter(isWindows);
    if (windows.length === 0)
      throw new InventoryFormatError(
        input.source,
        'rows of a view with ResourceID or Name0, of Windows',
        `${rows.length} rows of none`,
      );
    const notes: string[] = [];
    const note = (count: number, why: string): void => {
      if (count > 0) notes.push(`${input.source}: ${count} ${why}`);
    };
    note(nameless, 'rows set aside: neither ResourceID nor name');
    note(hosts.length - windows.length, 'hosts set aside: not Windows');
    const untold = rows.filter(
      (row) => isComplianceRow(row) && !isUnknownState(row) && verdictOf(row, articles) === undefined,
    );
    note(untold.length, 'states of updates set aside: no KB number or no state out of 0 to 3');
    const inventories = windows.map((host) => {
      const { build, doubt } = buildOf(host.rows);
      const inventory = inventoryOf(host, build);
      if (doubt !== undefined)
        notes.push(`${input.source}: ${inventory.device.name ?? `resource ${host.resourceId ?? ''}`}: ${doubt}`);
      return { ...inventory, opinions: inVerdictOrder(host.rows.flatMap((row) => verdictOf(row, articles) ?? [])) };
    });
    return { inventories, notes };
  },
};

const systemName = column('Operating_System_Name_and', 'OperatingSystemNameandVersion');

function isWindows({ rows }: JoinedHost): boolean {
  const named = rows.flatMap((row) => row.text(...systemName) ?? captionOf(row) ?? []);
  return named.length === 0 || named.some(isWindowsName);
}

/** Of a row about an update it may be the update's: an address. */
function captionOf(row: NamedRow): string | undefined {
  const caption = row.text(...column('Caption'));
  return caption === undefined || (row.has(...column('HotFixID')) && !isWindowsName(caption)) ? undefined : caption;
}

function isWindowsName(name: string): boolean {
  return /windows|майкрософт/i.test(name);
}

function inventoryOf({ resourceId, name, rows }: JoinedHost, build: AgreedBuild['build']): Inventory {
  const first = (...names: readonly string[]): string | undefined => firstOf(rows, names);
  const guid = first(...column('SMS_Unique_Identifier', 'SMSUniqueIdentifier'));
  const caption = rows.flatMap((row) => captionOf(row) ?? []).at(0);
  const { software, updates } = sortPrograms(programsOf(rows), rows.flatMap(hotfixOf));
  const fullName = listOf(rows, identityColumns.fullName).find((each) => each.includes('.'));
  return {
    ...emptyInventory,
    observedAt: rows
      .flatMap((row) => parseInstant(row.value(...timeColumns)) ?? [])
      .sort()
      .at(-1),
    device: {
      ...emptyInventory.device,
      name: fullName ?? name,
      sourceId:
        resourceId !== undefined ? `configmgr:${resourceId}` : guid === undefined ? undefined : `configmgr:${guid}`,
      ipAddresses: listOf(rows, column('IP_Addresses', 'IPAddress', 'IPAddresses')).filter(isAddress),
    },
    os: {
      ...emptyInventory.os,
      name: caption,
      build,
      displayVersion: first(...column('DisplayVersion', 'ReleaseId')),
      architecture: parseArchitecture(first(...column('OSArchitecture', 'SystemType', 'Architecture')) ?? ''),
      installationType: installationTypeOf(rows, caption),
      editionId: first(...column('EditionID')) ?? skuOf(first(...column('OperatingSystemSKU')))?.editionId,
    },
    updates,
    software,
    pendingReboot: pendingRebootOf(first('ClientState')),
  };
}

const timeColumns = ['TimeStamp', 'LastHWScan', 'LastHardwareScan', 'LastActiveTime', 'AgentTime', 'Last_HW_Scan'];

function firstOf(rows: readonly NamedRow[], names: readonly string[]): string | undefined {
  for (const name of names)
    for (const row of rows) {
      const text = row.text(name);
      if (text !== undefined) return text;
    }
  return undefined;
}

/**
 * The build of discovery before that of inventory, which runs seldomer: that they differ is said. Within each of them two builds
 * are a contradiction. A UBR that was added to inventory completes the build.
 */
function buildOf(rows: readonly NamedRow[]): AgreedBuild {
  const untimed = (build: ToldBuild['build']): ToldBuild => ({ build, at: undefined });
  const discovery = agreedBuild(
    rows.flatMap((row) =>
      ['BuildExt', 'BuildExt0', 'Build01', 'Build0', 'Build'].map((name) => untimed(parseBuild(row.text(name)))),
    ),
  );
  const inventory = agreedBuild(
    rows.map((row) => {
      const build =
        parseBuild(row.text(...column('CurrentBuild', 'CurrentBuildNumber', 'BuildNumber'))) ??
        // Beside a program's name it is the program's version.
        (row.has(...column('DisplayName', 'ProductName')) ? undefined : parseBuild(row.text(...column('Version'))));
      return untimed(build && { ...build, ubr: build.ubr ?? parseUbr(row.text(...column('UBR'))) });
    }),
  );
  if (discovery.doubt !== undefined) return discovery;
  if (discovery.build === undefined || inventory.build === undefined || inventory.doubt !== undefined)
    return { build: discovery.build ?? inventory.build, doubt: inventory.doubt };
  if (discovery.build.build === inventory.build.build)
    return { build: discovery.build.ubr === undefined ? inventory.build : discovery.build, doubt: undefined };
  const [newer, older] = [discovery.build, inventory.build].map(formatWindowsBuild);
  return { build: discovery.build, doubt: `discovery knows ${newer}, which counts; inventory still has ${older}` };
}

/** `Microsoft Windows NT Workstation 10.0` of discovery, WMI's product type (1 to 3), or the name. */
function installationTypeOf(rows: readonly NamedRow[], caption: string | undefined): InstallationType | undefined {
  const discovered = /\bNT (?:Advanced )?(Workstation|Server)\b/i.exec(firstOf(rows, systemName) ?? '')?.[1];
  const productType = firstOf(rows, column('ProductType'));
  const named = installationTypeOfName(caption) ?? parseInstallationType(firstOf(rows, column('SystemRole')) ?? '');
  const told = parseInstallationType(firstOf(rows, column('InstallationType')) ?? '');
  if (told !== undefined) return told;
  if (productType === '1') return 'Client';
  if (productType === '2' || productType === '3') return 'Server';
  return discovered === undefined ? named : parseInstallationType(discovered);
}

/** A list as such, or in one text with commas. */
function listOf(rows: readonly NamedRow[], names: readonly string[]): readonly string[] {
  const values = rows.flatMap((row) => row.value(...names) ?? []);
  return [...new Set(values.flatMap((value) => textOf(value)?.split(/[,;\s]+/) ?? []))].filter((each) => each !== '');
}

function isAddress(text: string): boolean {
  return /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]{3,39})$/i.test(text);
}

function hotfixOf(row: NamedRow): readonly InstalledUpdate[] {
  const kb = tryParseKbNumber(row.text(...column('HotFixID')) ?? '');
  const installedOn = installedDay(row.value(...column('InstalledOn', 'InstallDate')));
  return kb === undefined ? [] : [{ kb, installedOn, state: 'installed' }];
}

function programsOf(rows: readonly NamedRow[]): readonly ListedProgram[] {
  return rows.flatMap((row) => {
    const name = row.text(...column('DisplayName', 'ProductName'));
    if (name === undefined || isComplianceRow(row)) return [];
    const version = row.text(...column('ProductVersion', 'Version', 'DisplayVersion'));
    const installedOn = installedDay(row.value(...column('InstallDate')));
    return [{ name, vendor: row.text(...column('Publisher')), version, installedOn }];
  });
}

/** Bits of a waiting restart: 1 by Configuration Manager, 2 files to be renamed (which means nothing), 4 by Windows Update, 8 by a feature. */
function pendingRebootOf(state: string | undefined): boolean | undefined {
  return state === undefined || !/^\d{1,3}$/.test(state) ? undefined : (Number(state) & 13) !== 0;
}
