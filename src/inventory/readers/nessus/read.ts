import { sortPrograms } from '../../facts/programs.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import { plugins } from './finding.ts';
import type { ScannedHost } from './finding.ts';
import { componentsOf, programsOf } from './programs-of-outputs.ts';
import { hasFindings, readFindings } from './read-findings-table.ts';
import { readNessusXml } from './read-nessus-xml.ts';
import { systemOf } from './system-of-outputs.ts';
import { installedUpdates, levelOf, missingUpdates } from './updates-of-outputs.ts';

/**
 * Findings of Nessus and Tenable: CSV of Nessus and Tenable Vulnerability Management, CSV of Security Center, `.nessus` files, and
 * Tenable's export as JSON. Outputs of plugins are told by the plugin and by what stands in them, not by their words: packages
 * and roll-ups that are installed are updates, versions of Windows' files a level; what a plugin calls missing is its verdict.
 * The system itself is known only where the scan had credentials. Source: Tenable's plugin pages.
 */
export const nessus: InventoryReader = {
  format: 'nessus',
  kinds: ['text', 'json', 'xml', 'binary'],
  recognise(input) {
    if (input.kind === 'xml')
      return /<NessusClientData_v2[\s>]/.test(input.text.slice(0, 4096))
        ? { confidence: 1, against: '' }
        : notThis('no element NessusClientData_v2');
    return hasFindings(input)
      ? { confidence: 0.9, against: '' }
      : notThis('no columns such as Plugin ID, Host and Plugin Output');
  },
  read(input) {
    const notes: string[] = [];
    const hosts = input.kind === 'xml' ? readNessusXml(input.source, input.text) : readFindings(input, notes);
    const inventories = hosts.flatMap((host) => {
      const { inventory, doubt } = inventoryOf(host);
      if (doubt !== undefined) notes.push(`${input.source}: ${inventory.device.name ?? host.target}: ${doubt}`);
      return doubt !== undefined || isOfWindows(inventory) ? [inventory] : [];
    });
    if (inventories.length === 0)
      throw new InventoryFormatError(
        input.source,
        'findings about a Windows host (OS Identification, missing updates, installed updates)',
        `${hosts.length} hosts without`,
      );
    const others = hosts.length - inventories.length;
    if (others > 0) notes.push(`${input.source}: ${others} of ${hosts.length} hosts set aside: nothing about Windows`);
    return { inventories, notes };
  },
};

function inventoryOf(host: ScannedHost): { readonly inventory: Inventory; readonly doubt: string | undefined } {
  const { findings } = host;
  const { name, build, architecture, doubt } = systemOf(findings, windowsName(host.systemName));
  const inventory: Inventory = {
    ...emptyInventory,
    observedAt: host.observedAt,
    device: {
      ...emptyInventory.device,
      name: nameOf(host),
      sourceId: host.assetId === undefined ? undefined : `nessus:${host.assetId}`,
      ipAddresses: host.address === undefined ? [] : [host.address],
    },
    os: {
      ...emptyInventory.os,
      name,
      build,
      // Of two systems the files may be of either.
      rollupLevel: doubt === undefined ? levelOf(findings, build) : undefined,
      architecture,
      installationType: installationTypeOfName(name),
    },
    ...sortPrograms(programsOf(findings), installedUpdates(findings)),
    components: componentsOf(findings),
    pendingReboot: findings.some(({ plugin }) => plugin === plugins.rebootRequired) ? true : undefined,
    opinions: missingUpdates(findings),
  };
  return { inventory, doubt };
}

function isOfWindows({ os, updates, opinions }: Inventory): boolean {
  return (
    os.name !== undefined ||
    os.build !== undefined ||
    os.rollupLevel !== undefined ||
    updates.length > 0 ||
    opinions.length > 0
  );
}

function windowsName(text: string | undefined): string | undefined {
  return text !== undefined && /windows\b.*\d/i.test(text) ? text : undefined;
}

/** The name that a lookup or the host gave, else what the scan was aimed at. */
function nameOf({ target, dnsName, netbiosName, findings }: ScannedHost): string {
  const output = (plugin: number): string =>
    findings.find((finding) => finding.plugin === plugin)?.output.slice(0, 4000) ?? '';
  const resolved = /^\s*\S{3,45} [^\r\n]{1,60} (\S{1,253}?)\.?\s*$/m.exec(output(plugins.fullyQualifiedName))?.[1];
  const own = /:\s*([\w.-]{1,253})\s*$/m.exec(output(plugins.deviceHostname))?.[1];
  const shown = /^\s*([\w-]{1,15})\s+=\s+\S/m.exec(output(plugins.netbiosName))?.[1];
  return dnsName ?? resolved ?? netbiosName?.split('\\').at(-1) ?? own ?? shown ?? target;
}
