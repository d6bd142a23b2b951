import { parseBuild } from '../../facts/build-number.ts';
import { parseInstant } from '../../facts/instant.ts';
import { sortPrograms } from '../../facts/programs.ts';
import { listInstalled } from '../../installed-update.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import { isRecord, listField, recordField, textField, textOf } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import { readRelease } from './headers.ts';

/** A result of a scan as Vuls writes it: `results/…/host.json`, the body of a report, an answer of its server. */
export function isScanResult(record: JsonRecord): boolean {
  const marks = ['scannedCves', 'runningKernel', 'windowsKB', 'jsonVersion', 'scannedVia', 'reportedAt', 'scannedAt'];
  return textField(record, 'family') !== undefined && marks.filter((key) => Object.hasOwn(record, key)).length >= 2;
}

/** The system family of a result, `windows`, `debian`. */
export function familyOf(result: JsonRecord): string {
  return (textField(result, 'family') ?? '').toLowerCase();
}

/** What Vuls found missing is its verdict; what it found applied, the device's list. */
export function readScanResult(result: JsonRecord): Inventory {
  const kbs = recordField(result, 'windowsKB', 'WindowsKB') ?? {};
  const applied = listField(kbs, 'applied', 'Applied').flatMap((each) => textOf(each) ?? []);
  const { software, updates } = sortPrograms(programsOf(result), listInstalled(applied));
  const release = readRelease(textField(result, 'release'));
  return {
    ...emptyInventory,
    observedAt: parseInstant(textField(result, 'scannedAt')) ?? parseInstant(textField(result, 'reportedAt')),
    device: {
      ...emptyInventory.device,
      name: textField(result, 'serverName'),
      ipAddresses: [...listField(result, 'ipv4Addrs'), ...listField(result, 'ipv6Addrs')].flatMap(
        (each) => textOf(each) ?? [],
      ),
    },
    os: {
      ...emptyInventory.os,
      ...release,
      build: parseBuild(textField(recordField(result, 'runningKernel') ?? {}, 'version')),
    },
    updates,
    software,
    opinions: inVerdictOrder(
      listField(kbs, 'unapplied', 'Unapplied').flatMap((each) => {
        const kb = tryParseKbNumber(textOf(each) ?? '');
        return kb === undefined ? [] : [{ source: 'other', kb, verdict: 'missing', title: 'Vuls' } as const];
      }),
    ),
  };
}

/** `packages` is an object by name. */
function programsOf(result: JsonRecord): Parameters<typeof sortPrograms>[0] {
  return Object.entries(recordField(result, 'packages') ?? {}).flatMap(([key, entry]) => {
    const name = isRecord(entry) ? (textField(entry, 'name') ?? key) : undefined;
    if (name === undefined || !isRecord(entry)) return [];
    return [{ name, version: textField(entry, 'version'), vendor: undefined, installedOn: undefined }];
  });
}
