import { verdictOfHistory } from '../../facts/agent-history.ts';
import { agentVerdicts, kbsOfEntry } from '../../facts/agent-verdicts.ts';
import type { AgentEntry } from '../../facts/agent-verdicts.ts';
import { emptyInventory } from '../../inventory.ts';
import type { Inventory } from '../../inventory.ts';
import { findAtHead, findObjects } from '../../text/find-objects.ts';
import { flagOf } from '../../text/loose-json.ts';
import { newestFirst } from '../../text/newest-first.ts';
import { groupByHost, listIn, scalarText, textIn } from '../../text/powershell-object.ts';
import type { ObjectFields, PowershellObject } from '../../text/powershell-object.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import { readTitledList } from './titled-list.ts';

/**
 * The Windows Update Agent's own answers: searches (`IsInstalled=0`: Title, KBArticleIDs) and the history of installations
 * (`QueryHistory`: Title, Operation, ResultCode), as scripts write them: JSON, CSV, list, table, or lines `KB4487017: title`.
 * All of it is another tool's verdict, kept apart from the updates: a search knows what is offered to this client, and the history
 * forgets what was taken off or rolled back later.
 */
export const windowsUpdateAgent: InventoryReader = {
  format: 'windows-update-agent',
  kinds: ['text', 'json', 'xml'],
  recognise(input) {
    const [first] = findAtHead(input, isEntry);
    if (first !== undefined) return { confidence: first.fields.size > 2 ? 0.9 : 0.75, against: '' };
    if (
      input.kind === 'text' &&
      readTitledList(input.text.slice(0, 65_536), { isCut: input.text.length > 65_536 }) !== undefined
    )
      return { confidence: 0.8, against: '' };
    return notThis('no updates with Title and KBArticleIDs, or Title and ResultCode');
  },
  read(input) {
    const groups = groupByHost(findObjects(input, isEntry));
    if (groups.length > 0)
      return {
        inventories: groups.map(({ host, objects }) => inventoryOf(host, newestFirst(objects, 'date').map(entryOf))),
        notes: [],
      };
    const entries = input.kind === 'text' ? readTitledList(input.text) : undefined;
    if (entries === undefined)
      throw new InventoryFormatError(input.source, 'updates with Title and KBArticleIDs or ResultCode', 'none');
    return { inventories: [inventoryOf(undefined, entries)], notes: [] };
  },
};

/** PSWindowsUpdate's objects have `KB` and a computer beside the agent's own properties. */
function isEntry(fields: ObjectFields): boolean {
  if (!fields.has('title') || fields.has('kb')) return false;
  const isHistory =
    fields.has('resultcode') || (fields.has('operation') && fields.has('date') && !fields.has('result_code'));
  const isSearch = [
    'kbarticleids',
    'isinstalled',
    'isdownloaded',
    'msrcseverity',
    'securitybulletinids',
    'lastdeploymentchangetime',
  ].some((name) => fields.has(name));
  return isHistory || isSearch;
}

function entryOf(object: PowershellObject): AgentEntry {
  const title = textIn(object, 'title');
  const ids = listIn(object, 'kbarticleids').flatMap((id) => scalarText(id) ?? []);
  const result = textIn(object, 'resultcode', 'result');
  const isHistory = object.fields.has('resultcode') || object.fields.has('operation');
  return {
    kbs: kbsOfEntry(ids, title),
    title,
    verdict: isHistory
      ? verdictOfHistory(textIn(object, 'operation'), result)
      : flagOf(textIn(object, 'isinstalled')) === true
        ? 'installed'
        : 'missing',
  };
}

function inventoryOf(host: string | undefined, entries: readonly AgentEntry[]): Inventory {
  return {
    ...emptyInventory,
    device: { ...emptyInventory.device, name: host },
    opinions: agentVerdicts(entries),
  };
}
