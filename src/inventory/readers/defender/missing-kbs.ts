import { emptyInventory } from '../../inventory.ts';
import type { DeviceIdentity, Inventory } from '../../inventory.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import { fieldOf, isRecord, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import type { ReportInput } from '../report-input.ts';

const deepest = 6;

/** Whether a record is an item of `getmissingkbs`. */
export function isMissingKbItem(record: JsonRecord): boolean {
  return Array.isArray(fieldOf(record, 'productsNames')) && Object.hasOwn(record, 'machineMissedOn');
}

/**
 * Answers of `/api/machines/{id}/getmissingkbs`, which name no device themselves: told by the device's id or name in an object
 * around them, by their key in such an object, or by a machine id in the file's name.
 * @throws {InventoryFormatError} where no answer's device can be told.
 */
export function readMissingKbs({ source, json }: ReportInput): readonly Inventory[] {
  const answers = new Answers();
  const ofFile = /(?<![0-9a-z])([0-9a-f]{40})(?![0-9a-z])/i.exec(source.split(/[/\\]/).at(-1) ?? '')?.[1];
  const walk = (value: unknown, device: DeviceIdentity | undefined, depth: number): void => {
    if (depth > deepest || typeof value !== 'object' || value === null) return;
    if (isRecord(value) && isMissingKbItem(value)) {
      answers.add(value, deviceIn(value, false) ?? device);
      return;
    }
    const around = isRecord(value) ? (deviceIn(value, true) ?? device) : device;
    for (const [key, inner] of Object.entries(value)) {
      const isPlain = Array.isArray(value) || isWrapper(key);
      walk(inner, isPlain ? around : (namedBy(key) ?? around), depth + 1);
    }
  };
  for (const value of json()?.values ?? []) walk(value, ofFile === undefined ? undefined : namedBy(ofFile), 0);
  const inventories = answers.inventories();
  if (inventories.length === 0)
    throw new InventoryFormatError(
      source,
      'the device of an answer of getmissingkbs: its machine id in the name of the file, or "deviceId" or "computerDnsName" around it',
      `${answers.homeless} updates of no device`,
    );
  return inventories;
}

/** Updates by the device that misses them. */
class Answers {
  homeless = 0;
  private readonly byDevice = new Map<string, { readonly device: DeviceIdentity; readonly opinions: OtherVerdict[] }>();

  add(item: JsonRecord, device: DeviceIdentity | undefined): void {
    if (device === undefined) {
      this.homeless += 1;
      return;
    }
    const key = device.id ?? `name ${(device.name ?? '').toLowerCase()}`;
    const entry = this.byDevice.get(key) ?? { device, opinions: [] };
    this.byDevice.set(key, entry);
    entry.opinions.push(...opinionOf(item));
  }

  inventories(): readonly Inventory[] {
    return [...this.byDevice.values()].map(({ device, opinions }) => ({
      ...emptyInventory,
      device,
      opinions: inVerdictOrder(opinions),
    }));
  }
}

function isWrapper(key: string): boolean {
  return /^(?:value|values|data|items|results?|missingkbs?|getmissingkbs|kbs|body|machines|devices|@odata\..*)$/i.test(
    key,
  );
}

/** A key such as a machine id or a host's name. */
function namedBy(key: string): DeviceIdentity | undefined {
  if (/^[0-9a-f]{40}$/i.test(key)) return { ...emptyInventory.device, id: key.toLowerCase() };
  return /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,254}$/u.test(key) ? { ...emptyInventory.device, name: key } : undefined;
}

/** `id` is a device's around the answer only: inside it is the update's. */
function deviceIn(record: JsonRecord, isAround: boolean): DeviceIdentity | undefined {
  const id = textField(record, 'deviceId', 'DeviceId', 'machineId', 'MachineId', ...(isAround ? ['id', 'Id'] : []));
  const name = textField(record, 'computerDnsName', 'deviceName', 'DeviceName', 'machineName', 'hostname');
  const isId = id !== undefined && /^[0-9a-f]{40}$/i.test(id);
  if (!isId && name === undefined) return undefined;
  return { ...emptyInventory.device, id: isId ? id.toLowerCase() : undefined, name };
}

function opinionOf(item: JsonRecord): readonly OtherVerdict[] {
  const kb = tryParseKbNumber(textField(item, 'id') ?? '');
  return kb === undefined ? [] : [{ source: 'defender', kb, verdict: 'missing', title: textField(item, 'name') }];
}
