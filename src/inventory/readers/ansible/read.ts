import { agreedBuild } from '../../facts/agreed-build.ts';
import type { AgreedBuild } from '../../facts/agreed-build.ts';
import { parseBuild } from '../../facts/build-number.ts';
import { listedHotfixes } from '../../facts/listed-hotfixes.ts';
import { parseInstant } from '../../facts/instant.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import { fieldOf, flagOf, isRecord, listField, recordField, textField, textOf } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import type { InstallationType } from '../../../terms/installation-type.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { hostsInJson, isHostScope, isPlainFacts } from './host-scopes.ts';
import type { CollectedHosts, HostScopes } from './host-scopes.ts';
import { firstRecord } from '../../text/find-records.ts';
import { hasResultLine, hostsInText, isFactsYaml } from './printed-hosts.ts';
import { findRegisteredVersion } from './update-level.ts';
import { findUpdatesResults, verdictsOf } from './win-updates.ts';

/**
 * Ansible's facts of Windows hosts: what `ansible -m setup` or a play prints, its `--tree` files and fact cache (one host a file),
 * dumps of `hostvars` and of `ansible_facts` as JSON or YAML, results of the callback `json`; results of `win_updates` among them are the update agent's verdict.
 * `ansible_distribution_version` is `10.0.20348.0`: its last part is no UBR. The UBR is known where a task registered it.
 * Source: ansible.windows, modules setup, win_updates, win_reg_stat, win_powershell.
 */
export const ansible: InventoryReader = {
  format: 'ansible',
  kinds: ['json', 'text'],
  marks: [/\bansible_/, /\bansible_facts\b/, /=> \{/],
  recognise(input) {
    if (input.kind === 'text')
      return hasResultLine(input.text) || isFactsYaml(input.text)
        ? { confidence: 1, against: '' }
        : notThis('no line such as "web01 | SUCCESS => {", and no facts in YAML');
    const first = firstRecord(input.json()?.values ?? [], isHostScope);
    if (first === undefined) return notThis('no ansible_facts, and no facts such as ansible_os_family');
    return { confidence: 1, against: '' };
  },
  read(input) {
    const { hosts, failed } = collect(input);
    const notes: string[] = failed.map((name) => `${input.source}: ${name}: set aside, was not reached`);
    const windows = hosts.map((host) => ({ host, facts: new HostFacts(host) })).filter(({ facts }) => facts.isWindows);
    const others = hosts.length - windows.length;
    if (others > 0) notes.push(`${input.source}: ${others} of ${hosts.length} hosts set aside: no facts of Windows`);
    if (windows.length === 0)
      throw new InventoryFormatError(
        input.source,
        'facts of a Windows host, such as ansible_os_family and ansible_distribution_version',
        `${hosts.length} hosts with none of Windows, ${failed.length} not reached`,
      );
    const named = hosts.length === 1 ? fileNameOf(input.source) : undefined;
    return { inventories: windows.map(({ host, facts }) => inventoryOf(host.name ?? named, facts, notes)), notes };
  },
};

function collect(input: ReportInput): CollectedHosts {
  const json = input.json();
  return json === undefined ? hostsInText(input.source, input.text) : hostsInJson(json.values);
}

/** `web01.contoso.com` of `facts/web01.contoso.com`: files of `--tree` and of the fact cache are named for their host. */
function fileNameOf(source: string): string | undefined {
  const name = (source.split(/[/\\]/).at(-1) ?? '').replace(/\.(?:json|ya?ml|txt|log|gz)$/i, '').trim();
  return /^[\p{L}\p{N}_][\p{L}\p{N}._-]{0,254}$/u.test(name) ? name : undefined;
}

/** Facts of one host by their names, with or without `ansible_` in front. */
class HostFacts {
  readonly scopes: readonly JsonRecord[];
  private readonly facts: readonly JsonRecord[];

  constructor({ scopes }: HostScopes) {
    this.scopes = scopes;
    this.facts = scopes.flatMap((scope) => [recordField(scope, 'ansible_facts') ?? plainFacts(scope), scope]);
  }

  get isWindows(): boolean {
    const family = this.text('os_family');
    if (family !== undefined) return /windows/i.test(family);
    // Only Windows has these.
    if (this.text('os_product_type', 'os_installation_type') !== undefined) return true;
    const says = this.text('distribution', 'os_name', 'system') ?? '';
    return /windows|win32nt/i.test(says) || (says === '' && findUpdatesResults(this.scopes).length > 0);
  }

  value(...names: readonly string[]): unknown {
    for (const name of names)
      for (const [index, facts] of this.facts.entries()) {
        // Without the prefix only inside `ansible_facts`: elsewhere such a name may be anybody's variable.
        const value = index % 2 === 0 ? fieldOf(facts, `ansible_${name}`, name) : fieldOf(facts, `ansible_${name}`);
        if (value !== undefined) return value;
      }
    return undefined;
  }

  /** What each task that gathered facts says. */
  texts(name: string): readonly string[] {
    return this.facts.flatMap((facts, index) => {
      const value = index % 2 === 0 ? fieldOf(facts, `ansible_${name}`, name) : fieldOf(facts, `ansible_${name}`);
      return textOf(value) ?? [];
    });
  }

  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const text = textOf(this.value(name));
      if (text !== undefined) return text;
    }
    return undefined;
  }
}

/** Facts without their prefix: the scope itself, or a variable that a task registered them in. */
function plainFacts(scope: JsonRecord): JsonRecord {
  if (isPlainFacts(scope)) return scope;
  const results = Object.values(scope).filter(isRecord);
  return results.map((result) => recordField(result, 'ansible_facts')).find((facts) => facts !== undefined) ?? {};
}

function inventoryOf(named: string | undefined, facts: HostFacts, notes: string[]): Inventory {
  const results = findUpdatesResults(facts.scopes);
  const name =
    facts.text('fqdn')?.replace(/\.$/, '') ??
    facts.text('hostname', 'nodename', 'netbios_name') ??
    (named === 'localhost' ? undefined : named);
  const sourceId = machineOf(facts);
  return {
    ...emptyInventory,
    observedAt: observedAt(facts),
    device: {
      ...emptyInventory.device,
      name,
      sourceId: sourceId === undefined ? undefined : `ansible:${sourceId}`,
      ipAddresses: addressesOf(facts),
    },
    os: osOf(facts, name ?? 'a host', notes),
    updates: listedHotfixes(facts.scopes),
    pendingReboot: flagOf(facts.value('reboot_pending')) ?? rebootAsked(results),
    opinions: inVerdictOrder(results.flatMap(verdictsOf)),
  };
}

/**
 * Serial number and SID together, as AWX counts hosts: names of an inventory (`localhost`) are many hosts' on many controllers, and
 * a SID alone is shared by domain controllers, by clones and, in old versions, by all hosts that one domain account asked.
 */
function machineOf(facts: HostFacts): string | undefined {
  const serial = facts.text('product_serial');
  const sid = facts.text('machine_id');
  // Boards without a number say "Default string", "0" or "None".
  const isNumbered = serial !== undefined && serial.length > 4 && /[1-9]/.test(serial);
  return isNumbered && sid !== undefined ? `${serial}/${sid}` : undefined;
}

function osOf(facts: HostFacts, host: string, notes: string[]): Inventory['os'] {
  const registered = findRegisteredVersion(facts.scopes);
  const named = facts.text('distribution', 'os_name');
  const { build, doubt } = buildOf(registered.builds, [
    ...facts.texts('distribution_version'),
    ...facts.texts('kernel'),
  ]);
  if (doubt !== undefined) notes.push(`${host}: ${doubt}`);
  const [ubr] = registered.ubrs;
  if (registered.ubrs.length > 1)
    notes.push(`${host}: UBR set aside, expected one, got ${registered.ubrs.slice(0, 5).join(' and ')}`);
  return {
    ...emptyInventory.os,
    name: named,
    build: build === undefined ? undefined : { ...build, ubr: registered.ubrs.length === 1 ? ubr : undefined },
    displayVersion: registered.displayVersion,
    architecture: parseArchitecture(facts.text('architecture2', 'architecture') ?? ''),
    installationType: installationTypeOf(facts, registered.installationType) ?? installationTypeOfName(named),
    editionId: registered.editionId,
  };
}

/** A task that asked the registry did so after the facts were gathered: its build counts. */
function buildOf(registered: readonly string[], gathered: readonly string[]): AgreedBuild {
  const [asked, facts] = [registered, gathered].map((texts) =>
    agreedBuild(texts.map((text) => ({ build: parseBuild(text), at: undefined }))),
  );
  const none = { build: undefined, doubt: undefined };
  const isAsked = asked?.build !== undefined || asked?.doubt !== undefined;
  return (isAsked ? asked : facts) ?? none;
}

function installationTypeOf(facts: HostFacts, registered: string | undefined): InstallationType | undefined {
  for (const text of [registered, facts.text('os_installation_type'), facts.text('os_product_type')]) {
    const type = text === undefined ? undefined : parseInstallationType(text);
    if (type !== undefined) return type;
  }
  return undefined;
}

function observedAt(facts: HostFacts): string | undefined {
  const time = facts.value('date_time');
  return isRecord(time) ? parseInstant(textField(time, 'iso8601', 'epoch_int', 'epoch')) : undefined;
}

/** Without the zone that an address of one link has behind it (`fe80::1%12`). */
function addressesOf(facts: HostFacts): readonly string[] {
  const listed = listField({ listed: facts.value('ip_addresses') }, 'listed');
  return [...new Set(listed.flatMap((address) => textOf(address)?.split('%')[0] ?? []))];
}

function rebootAsked(results: readonly JsonRecord[]): boolean | undefined {
  const answers = results
    .map((result) => flagOf(fieldOf(result, 'reboot_required')))
    .filter((each) => each !== undefined);
  return answers.length === 0 ? undefined : answers.at(-1);
}
