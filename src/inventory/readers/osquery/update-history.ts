import { kbsNamedIn } from '../../facts/kb-names.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import { textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import type { KbNumber } from '../../../terms/kb-number.ts';

/** Definitions, the Malicious Software Removal Tool, the Windows Security app: they come daily and decide nothing. */
const noise: ReadonlySet<string> = new Set(['2267602', '890830', '5007651']);

/**
 * What the Windows Update Agent remembers of each update, by rows of `windows_update_history`: its last attempt counts. It
 * is the agent's word, lost with its database and silent on what was installed without it, so it stands beside the verdict.
 * Source: osquery's `windows_update_history.cpp` for the words of `operation` and `result_code`.
 */
export function verdictsOfHistory(rows: readonly JsonRecord[]): readonly OtherVerdict[] {
  const last = new Map<KbNumber, { readonly date: number; readonly verdict: OtherVerdict | undefined }>();
  for (const row of rows) {
    const title = textField(row, 'title') ?? '';
    const date = Number(textField(row, 'date') ?? 0);
    for (const kb of kbsNamedIn(title)) {
      if (noise.has(kb) || (last.get(kb)?.date ?? -Infinity) > date) continue;
      const verdict = verdictOf(textField(row, 'operation'), textField(row, 'result_code'));
      last.set(kb, {
        date,
        verdict: verdict === undefined ? undefined : { source: 'windows-update-agent', kb, verdict, title },
      });
    }
  }
  return [...last.values()].flatMap(({ verdict }) => verdict ?? []);
}

function verdictOf(operation: string | undefined, result: string | undefined): OtherVerdict['verdict'] | undefined {
  // A query may leave the operation out; nearly all are installations.
  if ((operation ?? 'Installation').toLowerCase() !== 'installation') return undefined;
  const word = result?.toLowerCase();
  if (word === 'succeeded' || word === 'succeededwitherrors') return 'installed';
  return word === 'failed' || word === 'aborted' ? 'failed' : undefined;
}
