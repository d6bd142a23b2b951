import { verdictOfHistory } from '../../facts/agent-history.ts';
import type { AgentEntry } from '../../facts/agent-verdicts.ts';
import { kbsOfEntry } from '../../facts/agent-verdicts.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import { flagOf } from '../../text/loose-json.ts';
import { listIn, scalarText, textIn } from '../../text/powershell-object.ts';
import type { ObjectFields, PowershellObject } from '../../text/powershell-object.ts';

export function isPsWindowsUpdate(fields: ObjectFields): boolean {
  if (!fields.has('title')) return false;
  if (fields.has('operationname')) return fields.has('result') || fields.has('date');
  return fields.has('kb') && ['size', 'status', 'result', 'computername'].filter((name) => fields.has(name)).length > 1;
}

export function entryOf(object: PowershellObject): AgentEntry {
  const title = textIn(object, 'title');
  const ids = [textIn(object, 'kb'), ...listIn(object, 'kbarticleids').map(scalarText)].flatMap((id) => id ?? []);
  return { kbs: kbsOfEntry(ids, title), title, verdict: verdictOf(object) };
}

function verdictOf(object: PowershellObject): OtherVerdict['verdict'] | undefined {
  const operation = textIn(object, 'operationname');
  if (operation !== undefined) return verdictOfHistory(operation, textIn(object, 'result', 'resultcode'));
  const installed = flagOf(textIn(object, 'isinstalled'));
  if (installed !== undefined) return installed ? 'installed' : 'missing';
  return verdictOfStatus(textIn(object, 'result', 'status') ?? '');
}

/**
 * `-DI----` by its letters: the third is I where it is installed, F where that failed. Install-WindowsUpdate has words: Accepted,
 * Downloaded, Installed, Failed, Rejected. Source: the module's help, "Status info list".
 */
function verdictOfStatus(status: string): OtherVerdict['verdict'] {
  if (/^[-A-Z?]{7}$/.test(status)) return status[2] === 'I' ? 'installed' : status[2] === 'F' ? 'failed' : 'missing';
  if (/^installed/i.test(status)) return 'installed';
  return /^(?:failed|aborted)/i.test(status) ? 'failed' : 'missing';
}
