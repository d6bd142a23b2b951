import { createRequire } from 'node:module';
import { parseInstant } from '../../facts/instant.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { isTelling } from './finding.ts';
import type { Finding, ScannedHost } from './finding.ts';

const require = createRequire(import.meta.url);

const longestText = 5_000_000;
/** Elements nest five levels deep. */
const deepest = 100;

interface OpenHost {
  readonly name: string;
  readonly tags: Map<string, string>;
  readonly findings: Finding[];
}

/**
 * The hosts of a report of Nessus (NessusClientData_v2), read piece by piece: such files hold every plugin's description anew
 * for each host, and next to nothing of it is kept.
 * @throws {InventoryFormatError} where it is not well-formed or has a document type.
 */
export function readNessusXml(source: string, text: string): readonly ScannedHost[] {
  // Loaded here: most reports are no XML.
  const { SaxesParser } = require('saxes') as typeof import('saxes');
  const parser = new SaxesParser({ xmlns: false, position: true });
  const hosts: OpenHost[] = [];
  let item: { plugin: number | undefined; name: string; output: string } | undefined;
  let tag: string | undefined;
  let collected: string | undefined;
  let depth = 0;
  const refuse = (received: string): never => {
    throw new InventoryFormatError(source, 'a report of Nessus that is well-formed, without a document type', received);
  };
  parser.on('error', ({ message }) => refuse(message));
  parser.on('doctype', () => refuse('a document type'));
  parser.on('opentag', ({ name, attributes }) => {
    depth += 1;
    if (depth > deepest) refuse(`elements deeper than ${deepest}`);
    if (name === 'ReportHost') hosts.push({ name: attributes['name'] ?? '', tags: new Map(), findings: [] });
    else if (name === 'ReportItem')
      item = { plugin: pluginOf(attributes['pluginID']), name: attributes['pluginName'] ?? '', output: '' };
    else if (name === 'tag') {
      tag = attributes['name'] ?? '';
      collected = '';
    } else if (name === 'plugin_output') collected = '';
  });
  const addText = (piece: string): void => {
    if (collected !== undefined && collected.length < longestText) collected += piece;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', ({ name }) => {
    depth -= 1;
    const host = hosts.at(-1);
    if (name === 'tag' && tag !== undefined) host?.tags.set(tag, (collected ?? '').trim());
    if (name === 'plugin_output' && item !== undefined) item.output = collected ?? '';
    if (name === 'ReportItem' && item !== undefined) {
      if (isTelling(item)) host?.findings.push(item);
      item = undefined;
    }
    if (name === 'tag' || name === 'plugin_output') collected = undefined;
  });
  parser.write(text.replace(/^\ufeff/, '').trimStart()).close();
  return hosts.map(scannedHost);
}

function pluginOf(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : undefined;
}

function scannedHost({ name, tags, findings }: OpenHost): ScannedHost {
  const tagged = (key: string): string | undefined => {
    const text = tags.get(key) ?? '';
    return text === '' ? undefined : text;
  };
  const system = tagged('operating-system');
  const confidence = Number(tagged('operating-system-conf') ?? '100');
  return {
    target: name,
    address: tagged('host-ip'),
    dnsName: tagged('host-fqdn') ?? tagged('host-rdns'),
    netbiosName: tagged('netbios-name'),
    assetId: tagged('host-uuid'),
    // Several lines are candidates, a low confidence is a guess.
    systemName: system === undefined || /[\r\n]/.test(system) || confidence < 95 ? undefined : system,
    observedAt: parseInstant(tagged('HOST_END_TIMESTAMP')) ?? parseInstant(tagged('HOST_START_TIMESTAMP')),
    findings,
  };
}
