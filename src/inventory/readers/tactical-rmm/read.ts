import { parseBuild } from '../../facts/build-number.ts';
import { parseDisplayVersion } from '../../facts/display-version.ts';
import { parseInstant } from '../../facts/instant.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import { findRecords } from '../../text/find-records.ts';
import { flagOf, fieldOf, listField, recordsIn, textField, textOf } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { OtherSystems } from '../other-systems.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';

/**
 * Agents of Tactical RMM: `GET /agents/` and `/agents/{agent_id}/`. The agent writes its system as one text with build and
 * UBR; updates come from the Windows Update Agent and are its verdict. Source: amidaware/tacticalrmm, models of agents and
 * winupdate.
 */
export const tacticalRmm: InventoryReader = {
  format: 'tactical-rmm',
  kinds: ['json'],
  recognise({ json }) {
    for (const _ of findRecords(json()?.values ?? [], isAgent, 5000)) return { confidence: 0.9, against: '' };
    return notThis('no agents with "agent_id" and "operating_system"');
  },
  read({ source, json }) {
    const others = new OtherSystems();
    const agents = [...findRecords(json()?.values ?? [], isAgent)];
    const inventories = agents.flatMap((agent) => {
      const system = textField(agent, 'operating_system') ?? '';
      if (/windows/i.test(textField(agent, 'plat') ?? system)) return [readAgent(agent, system)];
      others.add(textField(agent, 'plat') ?? system);
      return [];
    });
    others.refuseIfAlone(source, inventories.length);
    if (inventories.length === 0) throw new InventoryFormatError(source, 'agents of Tactical RMM', 'none');
    return { inventories, notes: others.notes(source) };
  },
};

function isAgent(record: JsonRecord): boolean {
  const marks = ['plat', 'needs_reboot', 'monitoring_type', 'site_name', 'maintenance_mode', 'goarch', 'local_ips'];
  return (
    ['agent_id', 'hostname', 'operating_system'].every((key) => textField(record, key) !== undefined) &&
    marks.some((key) => Object.hasOwn(record, key))
  );
}

function readAgent(agent: JsonRecord, system: string): Inventory {
  const name = system.split(',')[0]?.trim();
  const addresses = textOf(fieldOf(agent, 'local_ips'))?.split(',') ?? [];
  return {
    ...emptyInventory,
    observedAt: parseInstant(fieldOf(agent, 'last_seen')),
    device: {
      ...emptyInventory.device,
      name: textField(agent, 'hostname'),
      sourceId: `tactical:${textField(agent, 'agent_id') ?? ''}`,
      ipAddresses: addresses.map((each) => each.trim()).filter((each) => /^[\d.]+$|^[\da-f:]{3,}$/i.test(each)),
    },
    os: {
      ...emptyInventory.os,
      name,
      build: parseBuild(/\(build ([\d.]+)\)/i.exec(system)?.[1]),
      displayVersion: parseDisplayVersion(/\bv(\w{4})\b/.exec(system)?.[1]),
      architecture: parseArchitecture(textField(agent, 'goarch') ?? /, (\w+) ?bit/i.exec(system)?.[1] ?? ''),
      installationType: installationTypeOfName(name),
    },
    pendingReboot: flagOf(fieldOf(agent, 'needs_reboot')),
    opinions: inVerdictOrder(recordsIn(listField(agent, 'winupdates')).flatMap(readUpdate)),
  };
}

function readUpdate(update: JsonRecord): readonly OtherVerdict[] {
  const kb = tryParseKbNumber(textField(update, 'kb') ?? '');
  const installed = flagOf(fieldOf(update, 'installed'));
  if (kb === undefined || installed === undefined) return [];
  const verdict = installed ? 'installed' : 'missing';
  return [{ source: 'windows-update-agent', kb, verdict, title: textField(update, 'title') }];
}
