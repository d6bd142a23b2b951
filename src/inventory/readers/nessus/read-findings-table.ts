import { parseInstant } from '../../facts/instant.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import type { ReportInput } from '../report-input.ts';
import { readTable } from '../../text/delimited-table.ts';
import { isRecord, listField, textField, textOf } from '../../text/loose-json.ts';
import { RowShape } from '../../text/named-row.ts';
import type { NamedRow } from '../../text/named-row.ts';
import { isTelling } from './finding.ts';
import type { Finding, ScannedHost } from './finding.ts';
import { parseScanTime } from './scan-time.ts';

/** Columns of Nessus and Tenable Vulnerability Management, of Security Center, and of Tenable's list of findings. */
const columns = {
  plugin: ['Plugin ID', 'Plugin', 'definition.id', 'plugin.id'],
  name: ['Name', 'Plugin Name', 'definition.name', 'plugin.name'],
  output: ['Plugin Output', 'Plugin Text', 'output'],
  target: ['Host', 'IP Address', 'asset.display_ipv4_address', 'asset.ipv4_addresses', 'IP', 'asset.name', 'DNS Name'],
  dnsName: ['DNS Name', 'FQDN', 'asset.display_fqdn', 'asset.fqdns', 'asset.host_name', 'asset.hostname', 'asset.name'],
  netbiosName: ['NetBIOS Name', 'NetBios', 'asset.netbios_name', 'asset.display_netbios_name'],
  assetId: ['Asset UUID', 'asset.id', 'Host ID', 'Host UUID'],
  system: ['Operating System', 'asset.operating_system', 'OS'],
  seen: ['Last Observed', 'Last Seen', 'last_seen', 'last_found', 'Host End', 'Host Start', 'System Scan Date'],
} as const;

const findings = new RowShape(
  (row) => row.has(...columns.plugin) && row.has(...columns.output) && row.has(...columns.target),
);
/** Tenable's export of findings as JSON has objects for host and plugin. */
const exported = new RowShape((row) => isRecord(row.value('asset')) && isRecord(row.value('plugin')));

/** Whether the report is a table or JSON of findings. */
export function hasFindings(input: ReportInput): boolean {
  return findings.firstIn(input) !== undefined || (input.kind === 'json' && exported.firstIn(input) !== undefined);
}

/** The hosts of a table or of JSON. @throws {InventoryFormatError} for a quote that is not closed. */
export function readFindings(input: ReportInput, notes: string[]): readonly ScannedHost[] {
  const rows = input.kind === 'json' ? findings.rowsIn(input) : rowsOf(input, notes);
  const hosts = new HostRows();
  for (const row of rows) hosts.add(row);
  if (input.kind === 'json') for (const row of exported.rowsIn(input)) hosts.addExported(row);
  return hosts.all();
}

/** Quotes inside texts that were not doubled are passed over: outputs are full of them. */
function rowsOf(input: ReportInput, notes: string[]): readonly NamedRow[] {
  try {
    return findings.rowsIn(input);
  } catch (error) {
    if (!(error instanceof InventoryFormatError) || input.kind !== 'text') throw error;
    const table = readTable(input.source, input.text, { forgives: 'strays' });
    if (table === undefined) throw error;
    notes.push(`${input.source}: quotes inside cells were not doubled: ${error.received}`);
    return findings.tableRows(table);
  }
}

interface OpenHost extends Omit<ScannedHost, 'findings'> {
  readonly findings: Finding[];
}

class HostRows {
  private readonly hosts = new Map<string, OpenHost>();

  add(row: NamedRow): void {
    const text = (names: readonly string[]): string | undefined => clean(row.text(...names));
    const target = text(columns.target);
    if (target === undefined) return;
    const host = this.hostOf({
      target,
      address: isAddress(target) ? target : text(['IP Address', 'Host IP']),
      dnsName: text(columns.dnsName),
      netbiosName: text(columns.netbiosName),
      assetId: text(columns.assetId),
      systemName: text(columns.system),
      observedAt: timeOf(text(columns.seen)),
    });
    keep(host, numberOf(text(columns.plugin)), text(columns.name), text(columns.output));
  }

  addExported(row: NamedRow): void {
    const asset = row.value('asset');
    const plugin = row.value('plugin');
    if (!isRecord(asset) || !isRecord(plugin)) return;
    const address = textField(asset, 'ipv4', 'ip_address') ?? textOf(listField(asset, 'ipv4s', 'ipv4')[0]);
    const target = address ?? textField(asset, 'hostname', 'fqdn', 'uuid');
    if (target === undefined) return;
    const systems = listField(asset, 'operating_system', 'operating_systems').flatMap((each) => textOf(each) ?? []);
    const host = this.hostOf({
      target,
      address,
      dnsName: textField(asset, 'fqdn', 'hostname') ?? textOf(listField(asset, 'fqdns')[0]),
      netbiosName: textField(asset, 'netbios_name'),
      assetId: textField(asset, 'uuid', 'id'),
      systemName: systems.length === 1 ? systems[0] : undefined,
      observedAt: timeOf(row.text('last_found', 'last_seen', 'indexed')),
    });
    keep(host, numberOf(textField(plugin, 'id')), textField(plugin, 'name'), row.text('output'));
  }

  all(): readonly ScannedHost[] {
    return [...this.hosts.values()];
  }

  /** One host by its asset's id, else by all its names: one address may be different hosts in different networks. */
  private hostOf(seen: Omit<ScannedHost, 'findings'>): OpenHost {
    const key = seen.assetId ?? `${seen.target} ${seen.dnsName ?? ''} ${seen.netbiosName ?? ''}`.toLowerCase();
    const before = this.hosts.get(key);
    const isNewer = before !== undefined && (seen.observedAt ?? '') > (before.observedAt ?? '');
    const host =
      before === undefined ? { ...seen, findings: [] } : isNewer ? { ...before, observedAt: seen.observedAt } : before;
    this.hosts.set(key, host);
    return host;
  }
}

function keep(host: OpenHost, plugin: number | undefined, name = '', output = ''): void {
  const finding = { plugin, name, output };
  if (isTelling(finding)) host.findings.push(finding);
}

/** A cell whose quotes were doubled twice still has them around and inside. */
function clean(text: string | undefined): string | undefined {
  let bare = text;
  for (let times = 0; times < 3 && bare !== undefined && /^"[\s\S]*"$/.test(bare) && bare.length > 1; times += 1)
    bare = bare.slice(1, -1).replaceAll('""', '"').trim();
  return bare === '' || bare === undefined ? undefined : bare;
}

function numberOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function timeOf(text: string | undefined): string | undefined {
  return parseInstant(text) ?? parseScanTime(text ?? '');
}

function isAddress(text: string): boolean {
  return /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]{3,39})$/i.test(text);
}
