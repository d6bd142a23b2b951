import { parseBuild } from '../../facts/build-number.ts';
import { parseDisplayVersion } from '../../facts/display-version.ts';
import { parseInstant } from '../../facts/instant.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { readBlockYaml } from '../../text/block-yaml.ts';
import { fieldOf, recordField, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { OtherSystems } from '../other-systems.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { nodesIn } from './facts.ts';
import type { NodeFacts } from './facts.ts';

/**
 * Facts of Puppet's facter, as JSON or YAML, of one node or of many out of PuppetDB. No UBR and no updates, but edition and
 * installation type. Source: facter's core facts, and the collected facts of voxpupuli/facterdb.
 */
export const puppet: InventoryReader = {
  format: 'puppet',
  kinds: ['json', 'text'],
  recognise({ text, json }) {
    const values = json()?.values;
    if (values === undefined) {
      return isYaml(text) ? { confidence: 0.9, against: '' } : notThis('no facts in JSON or YAML');
    }
    const [node] = nodesIn(values, 5000);
    return node === undefined
      ? notThis('no facts such as "kernelrelease" and "os"')
      : { confidence: 0.85, against: '' };
  },
  read(input) {
    const others = new OtherSystems();
    const inventories = nodesIn(valuesOf(input)).flatMap((node) => {
      if (/windows/i.test(textField(node.facts, 'kernel') ?? '')) return [readNode(node)];
      others.add(textField(node.facts, 'kernel'));
      return [];
    });
    others.refuseIfAlone(input.source, inventories.length);
    if (inventories.length === 0) throw new InventoryFormatError(input.source, 'facts of a node', 'none');
    return { inventories, notes: others.notes(input.source) };
  },
};

function valuesOf({ source, text, json }: ReportInput): readonly unknown[] {
  return json()?.values ?? readBlockYaml(source, text);
}

function isYaml(text: string): boolean {
  const head = text.slice(0, 200_000);
  return /^\s*kernelrelease: /m.test(head) && /^\s*(?:facterversion|kernelmajversion|operatingsystem): /m.test(head);
}

function readNode({ certname, facts, at }: NodeFacts): Inventory {
  const networking = recordField(facts, 'networking') ?? {};
  const addresses = [textField(networking, 'ip') ?? textField(facts, 'ipaddress'), textField(networking, 'ip6')];
  return {
    ...emptyInventory,
    observedAt: parseInstant(at),
    device: {
      ...emptyInventory.device,
      name: textField(networking, 'fqdn') ?? textField(facts, 'fqdn', 'hostname') ?? textField(networking, 'hostname'),
      sourceId: certname === undefined ? undefined : `puppet:${certname}`,
      ipAddresses: addresses.flatMap((each) => (each === undefined || /^fe80:/i.test(each) ? [] : [each])),
    },
    os: readOs(facts),
  };
}

function readOs(facts: JsonRecord): Inventory['os'] {
  const os = recordField(facts, 'os') ?? {};
  const windows = recordField(os, 'windows') ?? {};
  // Facter 4.6.0 gives the number 1 for each of these.
  const said = (key: string): string | undefined => {
    const value = fieldOf(windows, key);
    return typeof value === 'string' && value !== '1' ? textField(windows, key) : undefined;
  };
  const release = textField(recordField(os, 'release') ?? {}, 'full') ?? textField(facts, 'operatingsystemrelease');
  const name = said('product_name') ?? nameOfRelease(release);
  return {
    ...emptyInventory.os,
    name,
    build: [textField(facts, 'kernelversion'), textField(facts, 'kernelrelease')]
      .map(parseBuild)
      .find((build) => build !== undefined),
    displayVersion: parseDisplayVersion(said('display_version')) ?? parseDisplayVersion(said('release_id')),
    architecture: parseArchitecture(textField(os, 'architecture') ?? textField(facts, 'architecture') ?? ''),
    installationType: parseInstallationType(said('installation_type') ?? '') ?? installationTypeOfName(name),
    editionId: said('edition_id'),
  };
}

/** Facter has asked for the product type: `2022` and `2012 R2` are servers, `10` and `8.1` clients. */
function nameOfRelease(release: string | undefined): string | undefined {
  if (release === undefined) return undefined;
  return /^20\d\d\b/.test(release) ? `Windows Server ${release}` : `Windows ${release}`;
}
