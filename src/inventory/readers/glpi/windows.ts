import { parseBuild } from '../../facts/build-number.ts';
import { parseDisplayVersion } from '../../facts/display-version.ts';
import { parseDay } from '../../facts/instant.ts';
import { sortPrograms } from '../../facts/programs.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { listField, recordField, recordsIn, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';

/** The operating system of an inventory's content. */
export function readOs(content: JsonRecord): Inventory['os'] {
  const system = sectionOf(content, 'operatingsystem');
  const hardware = sectionOf(content, 'hardware');
  const name = textField(system, 'full_name') ?? textField(hardware, 'osname') ?? textField(system, 'name');
  return {
    ...emptyInventory.os,
    name,
    build: buildOf(system, hardware),
    displayVersion: parseDisplayVersion(textField(system, 'version')),
    architecture: architectureOf(content, system, hardware),
    installationType: installationTypeOfName(name),
  };
}

/** A section that agents write once, as an object or as a list of one. */
export function sectionOf(content: JsonRecord, name: string): JsonRecord {
  return recordsIn(listField(content, name))[0] ?? {};
}

/**
 * The GLPI agent writes build and UBR as `service_pack`, `22631.4317`, or the UBR alone; older agents write `Service Pack 1`
 * there or nothing, and the version without UBR only.
 */
function buildOf(system: JsonRecord, hardware: JsonRecord): WindowsBuild | undefined {
  const servicePack = textField(system, 'service_pack') ?? '';
  const version = [textField(system, 'kernel_version'), textField(hardware, 'osversion')]
    .map(parseBuild)
    .find((build) => build !== undefined);
  const exact = servicePack.includes('.') ? parseBuild(servicePack) : undefined;
  if (exact !== undefined) return exact;
  const ubr = /^\d{2,5}$/.test(servicePack) ? Number(servicePack) : undefined;
  return version === undefined || version.ubr !== undefined || ubr === undefined ? version : { ...version, ubr };
}

/** "64-bit" is what the agent says on ARM too: there the processor tells. */
function architectureOf(
  content: JsonRecord,
  system: JsonRecord,
  hardware: JsonRecord,
): Inventory['os']['architecture'] {
  const processors = recordsIn(listField(content, 'cpus'));
  const isArm = processors.some((cpu) =>
    /\bARM(?:v\d|64)?\b|Qualcomm|Snapdragon|Ampere/i.test(
      [textField(cpu, 'description'), textField(cpu, 'name'), textField(cpu, 'manufacturer')].join(' '),
    ),
  );
  if (isArm) return 'arm64';
  const said = parseArchitecture(textField(system, 'arch') ?? textField(hardware, 'arch') ?? '');
  // Perl of 64 bits runs on such a system only; that of 32 bits runs on both.
  return said ?? (/x64|x86_64/i.test(textField(hardware, 'archname') ?? '') ? 'x64' : undefined);
}

/** Programs, the updates among them, and Internet Explorer, which the agent lists as a program too. */
export function readPrograms(content: JsonRecord): Pick<Inventory, 'software' | 'updates' | 'components'> {
  const rows = recordsIn(listField(content, 'softwares', 'software')).flatMap((row) => {
    const name = textField(row, 'name', 'softwarename');
    if (name === undefined) return [];
    const version = textField(row, 'version', 'versionname');
    const installedOn = dayOf(textField(row, 'install_date', 'installdate'));
    return [{ name, version, vendor: textField(row, 'publisher', 'publishername'), installedOn }];
  });
  const browsers = rows.filter(({ name }) => /^Internet Explorer(?: \(64bit\))?$/.test(name));
  return {
    ...sortPrograms(rows.filter((row) => !browsers.includes(row))),
    components: {
      ...emptyInventory.components,
      internetExplorer: browsers.find(({ version }) => version !== undefined)?.version,
    },
  };
}

/** `2024-10-09`, `2024/10/09`, and `09/10/2024` (the day first: the agents bring every date into this form). */
function dayOf(text: string | undefined): string | undefined {
  const dayFirst = /^(\d\d)\/(\d\d)\/(\d{4})$/.exec(text ?? '');
  if (dayFirst !== null) return parseDay(`${dayFirst[3]}-${dayFirst[2]}-${dayFirst[1]}`);
  return parseDay(text?.replace(/^(\d{4})\/(\d\d)\/(\d\d)/, '$1-$2-$3'));
}

/** Addresses of the interfaces that are up, without loopback and link-local ones. */
export function readAddresses(content: JsonRecord): readonly string[] {
  const found = recordsIn(listField(content, 'networks'))
    .filter((row) => !/down/i.test(textField(row, 'status') ?? ''))
    .flatMap((row) => [...listField(row, 'ipaddress'), ...listField(row, 'ipaddress6')]);
  const texts = [...found, ...listField(sectionOf(content, 'hardware'), 'ipaddr')].filter(
    (each) => typeof each === 'string',
  );
  const outward = texts
    // FusionInventory's `IPADDR` has all of them, `192.0.2.7/192.0.2.8`.
    .flatMap((text) => text.split('/').map((each) => each.trim()))
    .filter((text) => !/^(?:127\.|169\.254\.|::1$|fe80:|0\.0\.0\.0|$)/i.test(text));
  return [...new Set(outward)].sort();
}

/** The time zone of the device as an offset, `+0200`. */
export function offsetOf(content: JsonRecord): string | undefined {
  const zone = recordField(sectionOf(content, 'operatingsystem'), 'timezone');
  return /^[+-]\d{4}$/.exec(textField(zone ?? {}, 'offset') ?? '')?.[0];
}
