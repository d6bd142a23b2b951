import { kbsNamedIn } from './kb-names.ts';
import { inVerdictOrder } from '../other-verdict.ts';
import type { OtherVerdict } from '../other-verdict.ts';
import { tryParseKbNumber } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';

/** What the Windows Update Agent says of the updates of one entry. */
export interface AgentEntry {
  readonly kbs: readonly KbNumber[];
  readonly title: string | undefined;
  /** `undefined` where the entry says nothing of the present: an update that was taken off, or is being installed. */
  readonly verdict: OtherVerdict['verdict'] | undefined;
}

/** The KBs of an entry: its own ids (`5034122`, `KB5034122`, a list of them in one text), else those that its title names. */
export function kbsOfEntry(ids: readonly string[], title: string | undefined): readonly KbNumber[] {
  const own = ids.flatMap((id) => id.split(/[\s,;{}]+/)).flatMap((id) => tryParseKbNumber(id) ?? []);
  return own.length > 0 ? [...new Set(own)] : kbsNamedIn(title ?? '');
}

/** Verdicts of entries, the newest first: of each KB the newest counts. */
export function agentVerdicts(entries: readonly AgentEntry[]): readonly OtherVerdict[] {
  const newest = new Map<KbNumber, Omit<OtherVerdict, 'kb'> | undefined>();
  for (const { kbs, title, verdict } of entries) {
    for (const kb of kbs) {
      if (newest.has(kb)) continue;
      newest.set(kb, verdict === undefined ? undefined : { source: 'windows-update-agent', verdict, title });
    }
  }
  return inVerdictOrder([...newest].flatMap(([kb, told]) => (told === undefined ? [] : [{ ...told, kb }])));
}
