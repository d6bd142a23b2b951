import { agreedBuild } from '../../facts/agreed-build.ts';
import { parseBuild } from '../../facts/build-number.ts';
import { parseInstant } from '../../facts/instant.ts';
import { kbsNamedIn } from '../../facts/kb-names.ts';
import { skuOf } from '../../facts/operating-system-sku.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import { fieldOf, isRecord, textField, textOf } from '../../text/loose-json.ts';
import type { NamedRow } from '../../text/named-row.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import type { InstallationType } from '../../../terms/installation-type.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import type { KbNumber } from '../../../terms/kb-number.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import { idColumns, isUpdateRow, nameColumns, wsusRows } from './computer-row.ts';

/**
 * Computers of Windows Server Update Services: `Get-WsusComputer` (shown, as JSON or as CSV), rows of the database SUSDB, and
 * PoshWSUS' rows of updates per client, which are the server's verdict. There is no UBR: `ClientVersion` is the version of the
 * update agent, whose build is that of the branch and whose last number may be behind.
 * Source: Microsoft Learn, IComputerTarget interface and WSUS public views; PoshWSUS, Get-PSWSUSUpdatePerClient.
 */
export const wsus: InventoryReader = {
  format: 'wsus',
  kinds: ['json', 'text', 'binary'],
  recognise(input) {
    return wsusRows.firstIn(input) === undefined
      ? notThis(
          'no FullDomainName with LastReportedStatusTime, no OSBuildNumber with ClientVersion, no UpdateInstallationState',
        )
      : { confidence: 0.9, against: '' };
  },
  read(input) {
    const rows = wsusRows.rowsIn(input);
    const { computers, nameless } = byComputer(rows);
    if (computers.length === 0)
      throw new InventoryFormatError(
        input.source,
        'rows of WSUS with the name of a computer',
        `${rows.length} without`,
      );
    const notes: string[] = [];
    if (nameless > 0) notes.push(`${input.source}: ${nameless} rows set aside: no name of a computer`);
    if (rows.some((row) => row.value('ClientVersion') !== undefined))
      notes.push(`${input.source}: ClientVersion not used: it is the version of the update agent, not of Windows`);
    const untold = rows.filter((row) => isUpdateRow(row) && kbsOf(row).length === 0);
    if (untold.length > 0) notes.push(`${input.source}: ${untold.length} updates set aside: no KB number`);
    return { inventories: computers.map((own) => inventoryOf(own, input.source, notes)), notes };
  },
};

/** Rows of one computer, by its name; of several, the first that says a thing counts. */
function byComputer(rows: readonly NamedRow[]): {
  readonly computers: readonly (readonly NamedRow[])[];
  readonly nameless: number;
} {
  const computers = new Map<string, NamedRow[]>();
  let nameless = 0;
  for (const row of rows) {
    const key = (row.text(...nameColumns) ?? row.text(...idColumns))?.toLowerCase();
    const same = key === undefined ? undefined : computers.get(key);
    if (key === undefined) nameless += 1;
    else if (same === undefined) computers.set(key, [row]);
    else same.push(row);
  }
  return { computers: [...computers.values()], nameless };
}

function inventoryOf(rows: readonly NamedRow[], source: string, notes: string[]): Inventory {
  const first = (...names: readonly string[]): string | undefined =>
    rows.map((row) => row.text(...names)).find((text) => text !== undefined);
  const id = rows.filter((row) => !isUpdateRow(row)).map((row) => row.text(...idColumns))[0];
  const named = first('OSDescription', 'Operating System');
  const states = rows.filter(isUpdateRow);
  const { build, doubt } = agreedBuild(rows.map((row) => ({ build: buildOf(row), at: observedAt(row) })));
  if (doubt !== undefined) notes.push(`${source}: ${first(...nameColumns) ?? id ?? 'a computer'}: ${doubt}`);
  return {
    ...emptyInventory,
    observedAt: rows.map(observedAt).find((time) => time !== undefined),
    device: {
      ...emptyInventory.device,
      name: first(...nameColumns),
      sourceId: id === undefined ? undefined : `wsus:${id.toLowerCase()}`,
      ipAddresses: [...new Set(rows.flatMap((row) => addressOf(row.value('IPAddress')) ?? []))],
    },
    os: {
      ...emptyInventory.os,
      name: named,
      build,
      architecture: parseArchitecture(first('OSArchitecture', 'ProcessorArchitecture') ?? ''),
      installationType: installationTypeOf(first) ?? installationTypeOfName(named),
      editionId: skuOf(first('NewProductType'))?.editionId,
    },
    pendingReboot: states.some((row) => stateOf(row) === 'installedpendingreboot') ? true : undefined,
    opinions: inVerdictOrder(states.flatMap(verdictsOf)),
  };
}

function observedAt(row: NamedRow): string | undefined {
  const columns = ['LastReportedStatusTime', 'Last Status Report', 'LastReportedInventoryTime', 'LastSyncTime'];
  return columns.map((name) => parseInstant(scalarOf(row.value(name)))).find((time) => time !== undefined);
}

/** A date of Windows PowerShell's JSON is an object when it was shown before. */
function scalarOf(value: unknown): unknown {
  return isRecord(value) ? fieldOf(value, 'value', 'DateTime') : value;
}

/** A text, or .NET's object for an address. */
function addressOf(value: unknown): string | undefined {
  const text = isRecord(value) ? textField(value, 'IPAddressToString') : textOf(value);
  return text !== undefined && /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]{3,39})$/i.test(text) ? text : undefined;
}

/** Without a fourth part: where there is one, it counts service packs. */
function buildOf(row: NamedRow): WindowsBuild | undefined {
  const major = row.text('OSMajorVersion');
  const parts = [major, row.text('OSMinorVersion') ?? '0', row.text('OSBuildNumber')];
  const info = row.value('OSInfo');
  const build =
    major === undefined
      ? parseBuild(versionText(isRecord(info) ? fieldOf(info, 'Version') : row.value('OSVersion')))
      : parseBuild(parts.join('.'));
  return build === undefined ? undefined : { ...build, ubr: undefined };
}

/** .NET's `Version` as text, or as the object that JSON makes of it. */
function versionText(value: unknown): string | undefined {
  if (!isRecord(value)) return textOf(value);
  const parts = ['Major', 'Minor', 'Build'].map((key) => textField(value, key));
  return parts.every((part) => part !== undefined) ? parts.join('.') : undefined;
}

/** `OldProductType` is Windows' own: 1 a workstation, 2 a domain controller, 3 a server. */
function installationTypeOf(first: (name: string) => string | undefined): InstallationType | undefined {
  const type = first('OldProductType');
  if (type === '1') return 'Client';
  if (type === '2' || type === '3') return 'Server';
  return parseInstallationType(first('ComputerRole') ?? '');
}

/** States of the enumeration UpdateInstallationState, by name or number; a waiting restart is not yet another patch level. */
const verdicts: ReadonlyMap<string, OtherVerdict['verdict']> = new Map([
  ['notapplicable', 'not-applicable'],
  ['1', 'not-applicable'],
  ['notinstalled', 'missing'],
  ['2', 'missing'],
  ['downloaded', 'missing'],
  ['3', 'missing'],
  ['installed', 'installed'],
  ['4', 'installed'],
  ['failed', 'failed'],
  ['5', 'failed'],
  ['installedpendingreboot', 'installed'],
  ['6', 'installed'],
]);

function stateOf(row: NamedRow): string {
  const state = row.text('UpdateInstallationState')?.toLowerCase() ?? '';
  return state === '6' ? 'installedpendingreboot' : state;
}

function verdictsOf(row: NamedRow): readonly OtherVerdict[] {
  const verdict = verdicts.get(stateOf(row));
  const title = row.text('UpdateTitle');
  return verdict === undefined ? [] : kbsOf(row).map((kb) => ({ source: 'wsus', kb, verdict, title }));
}

/** `5034122`, `{5034122}` or a list; else what the title names. */
function kbsOf(row: NamedRow): readonly KbNumber[] {
  const value = row.value('UpdateKB', 'KnowledgebaseArticles');
  const texts = (Array.isArray(value) ? value : [value]).flatMap((each) => textOf(each)?.split(/[{},;\s]+/) ?? []);
  const listed = texts.flatMap((text) => tryParseKbNumber(text) ?? []);
  return listed.length > 0 ? listed : kbsNamedIn(row.text('UpdateTitle') ?? '');
}
