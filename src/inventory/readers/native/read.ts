import { emptyInventory } from '../../inventory.ts';
import type { InstalledSoftware, Inventory } from '../../inventory.ts';
import { inOrder, updateStates } from '../../installed-update.ts';
import type { InstalledUpdate } from '../../installed-update.ts';
import { parseCbsPackage } from '../../facts/cbs-package.ts';
import { withPlainTexts } from '../../facts/plain-text.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import { tryParseWindowsBuild } from '../../../terms/windows-build.ts';
import { withBoundedLists } from '../bounded-lists.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { inVerdictOrder, verdictSources } from '../../other-verdict.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import { isRecord, recordField, textField } from '../../text/loose-json.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader, ReadReport } from '../reader.ts';
import { JsonFields } from './json-fields.ts';

const nativeSchema = 'kbgap-inventory/1';

/** kbgap's own inventory, JSON: what its collector writes and every other format is converted to. */
export const native: InventoryReader = {
  format: 'native',
  kinds: ['json'],
  recognise({ json }) {
    const first = json()?.values[0];
    if (!isRecord(first)) return notThis('no JSON object');
    const schema = textField(first, 'schema') ?? '';
    if (schema.startsWith('kbgap-inventory/')) return { confidence: 1, against: '' };
    const os = recordField(first, 'os');
    if (os !== undefined && (textField(os, 'build') ?? textField(os, 'name')) !== undefined && !('@timestamp' in first))
      return { confidence: 0.5, against: '' };
    return notThis(`no "schema": "${nativeSchema}" and no "os" object with a build or a name`);
  },
  read({ source, text, json }) {
    const found = json();
    if (found === undefined) throw new InventoryFormatError(source, 'JSON', `text that is none: ${text.slice(0, 40)}`);
    const many = found.values.flatMap((value) => (Array.isArray(value) ? (value as readonly unknown[]) : [value]));
    if (many.length === 1) return readNativeReport(many[0], source);
    return readMany(many, source);
  },
};

/** A bad document costs that document, unless none is good. */
function readMany(values: readonly unknown[], source: string): ReadReport {
  const inventories: Inventory[] = [];
  const notes: string[] = [];
  let first: unknown;
  for (const [index, value] of values.entries()) {
    try {
      const report = readNativeReport(value, `${source}[${index}]`);
      inventories.push(...report.inventories);
      notes.push(...report.notes);
    } catch (error) {
      if (!(error instanceof InventoryFormatError)) throw error;
      first ??= error;
      notes.push(error.message);
    }
  }
  if (inventories.length === 0) throw first ?? new InventoryFormatError(source, 'an inventory', 'an empty list');
  return { inventories, notes };
}

/** One native inventory from parsed JSON. @throws {InventoryFormatError} naming the key, what was expected and what came. */
export function readNative(value: unknown, source = 'inventory'): Inventory {
  const [inventory] = withBoundedLists(readNativeReport(value, source), source).inventories;
  return withPlainTexts(inventory ?? emptyInventory);
}

/** One that kbgap wrote itself of another format, which may know nothing of the system: a list of updates, another tool's verdict. */
export function readKeptNative(value: unknown): Inventory {
  const [inventory] = readNativeReport(value, 'kept report', { needsSystem: false }).inventories;
  return withPlainTexts(inventory ?? emptyInventory);
}

function readNativeReport(value: unknown, source: string, { needsSystem = true } = {}): ReadReport {
  const root = new JsonFields(source, '', value);
  const schema = root.text('schema');
  if (schema !== undefined && schema !== nativeSchema)
    throw new InventoryFormatError(source, `schema "${nativeSchema}"`, JSON.stringify(schema));
  const notes: string[] = [];
  const os = root.object('os');
  if (os === undefined) throw new InventoryFormatError(source, 'an object "os" with a build or a name', 'none');
  const updates = root
    .list('updates')
    .flatMap((item, index) => readUpdate(item, `${source}: updates[${index}]`, notes));
  // A list with an entry that says nothing is not whole, whatever it says of itself.
  const isWhole = root.flag('updatesComplete') === true && notes.length === 0;
  const inventory: Inventory = {
    observedAt: root.instant('observedAt'),
    device: readDevice(root.object('device'), source),
    os: readOs(os, source, needsSystem),
    updates: inOrder(updates),
    updatesComplete: isWhole,
    ...(root.flag('updatesCut') === true ? { updatesCut: true } : {}),
    software: root
      .list('software')
      .flatMap((item, index) => readSoftware(new JsonFields(source, `software[${index}].`, item))),
    components: readComponents(root.object('components')),
    pendingReboot: root.flag('pendingReboot'),
    opinions: inVerdictOrder(
      root.list('opinions').flatMap((item, index) => readOpinion(item, `${source}: opinions[${index}]`, notes)),
    ),
  };
  return { inventories: [inventory], notes };
}

function readDevice(device: JsonFields | undefined, source: string): Inventory['device'] {
  const id = device?.text('id')?.trim().toLowerCase();
  if (id !== undefined && !/^[0-9a-f]{40}$/.test(id)) {
    throw new InventoryFormatError(source, 'device.id of 40 hex digits', JSON.stringify(id.slice(0, 100)));
  }
  const name = device?.text('name')?.trim();
  if (name !== undefined && name.length > 255)
    throw new InventoryFormatError(source, 'device.name of at most 255 characters', `${name.length}`);
  return {
    id,
    name: name === '' ? undefined : name,
    sourceId: device?.text('sourceId'),
    tags: device?.texts('tags') ?? [],
    ipAddresses: device?.texts('ipAddresses') ?? [],
  };
}

function readOs(os: JsonFields, source: string, needsSystem: boolean): Inventory['os'] {
  const buildText = os.text('build');
  const build = buildText === undefined ? undefined : tryParseWindowsBuild(buildText);
  const name = os.text('name')?.trim();
  if (buildText !== undefined && build === undefined) {
    throw new InventoryFormatError(source, 'os.build such as 10.0.19045.3930', JSON.stringify(buildText.slice(0, 100)));
  }
  if (needsSystem && build === undefined && (name ?? '') === '')
    throw new InventoryFormatError(source, 'os.build or os.name', 'neither');
  const architecture = os.text('architecture');
  const installationType = os.text('installationType');
  const levelFrom = os.text('rollupLevelFrom');
  return {
    name: name === '' ? undefined : name,
    build,
    rollupLevel: readRollupLevel(os.text('rollupLevel'), source),
    ...(levelFrom === undefined ? {} : { rollupLevelFrom: readRollupLevel(levelFrom, source) }),
    displayVersion: os.text('displayVersion'),
    architecture: architecture === undefined ? undefined : parseArchitecture(architecture),
    installationType: installationType === undefined ? undefined : parseInstallationType(installationType),
    editionId: os.text('editionId'),
  };
}

/** The level of the newest roll-up package. */
function readRollupLevel(text: string | undefined, source: string): Inventory['os']['rollupLevel'] {
  if (text === undefined) return undefined;
  const level = tryParseWindowsBuild(text) ?? parseCbsPackage(text)?.rollupLevel;
  if (level?.ubr === undefined)
    throw new InventoryFormatError(
      source,
      'os.rollupLevel such as 10.0.26100.8655 or the name of the roll-up package',
      JSON.stringify(text.slice(0, 100)),
    );
  return level;
}

const opinionVerdicts: readonly OtherVerdict['verdict'][] = ['missing', 'installed', 'failed', 'not-applicable'];

/** A bad entry costs that entry: another tool's verdict decides nothing. */
function readOpinion(item: unknown, place: string, notes: string[]): readonly OtherVerdict[] {
  const fields = isRecord(item) ? item : {};
  const kb = tryParseKbNumber(textField(fields, 'kb') ?? '');
  const source = verdictSources.find((each) => each === fields['source']);
  const verdict = opinionVerdicts.find((each) => each === fields['verdict']);
  if (kb === undefined || source === undefined || verdict === undefined) {
    notes.push(`${place}: set aside, expected kb, source and verdict, got ${shown(item)}`);
    return [];
  }
  return [{ source, kb, verdict, title: textField(fields, 'title') }];
}

/** A bad entry costs that entry: the rest of the list still says something. */
function readUpdate(item: unknown, place: string, notes: string[]): readonly InstalledUpdate[] {
  const fields: Readonly<Record<string, unknown>> =
    typeof item === 'string' ? { kb: item } : typeof item === 'object' && item !== null ? { ...item } : {};
  const written = fields['kb'];
  const kb = typeof written === 'string' || typeof written === 'number' ? tryParseKbNumber(String(written)) : undefined;
  if (kb === undefined) {
    notes.push(`${place}: set aside, expected a KB number such as KB5034127, got ${shown(written)}`);
    return [];
  }
  const state = fields['state'] ?? 'installed';
  const known = updateStates.find((each) => each === state);
  if (known === undefined) {
    notes.push(`${place}: set aside, expected a state out of ${updateStates.join(', ')}, got ${shown(state)}`);
    return [];
  }
  const date =
    typeof fields['installedOn'] === 'string' ? /^\d{4}-\d\d-\d\d/.exec(fields['installedOn'])?.[0] : undefined;
  return [{ kb, installedOn: date, state: known }];
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 100);
}

function readSoftware(item: JsonFields): readonly InstalledSoftware[] {
  const name = item.text('name')?.trim();
  return name === undefined || name === ''
    ? []
    : [{ name, vendor: item.text('vendor'), version: item.text('version') }];
}

function readComponents(components: JsonFields | undefined): Inventory['components'] {
  return {
    dotnetFramework: components?.texts('dotnetFramework') ?? [],
    internetExplorer: components?.text('internetExplorer'),
  };
}
