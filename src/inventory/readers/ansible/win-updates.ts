import { kbsNamedIn } from '../../facts/kb-names.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import type { KbNumber } from '../../../terms/kb-number.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import { fieldOf, flagOf, isRecord, listField, textField, textOf } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { isUpdatesResult } from './host-scopes.ts';

const deepest = 6;

/** The results of `win_updates` among a host's results and variables. */
export function findUpdatesResults(scopes: readonly JsonRecord[]): readonly JsonRecord[] {
  const found: JsonRecord[] = [];
  const walk = (value: unknown, depth: number): void => {
    if (depth > deepest || typeof value !== 'object' || value === null) return;
    if (isRecord(value) && isUpdatesResult(value)) found.push(value);
    else
      for (const [key, inner] of Object.entries(value))
        if (key !== 'hostvars' && key !== 'groups') walk(inner, depth + 1);
  };
  for (const scope of scopes) walk(scope, 0);
  return found;
}

/**
 * What the update agent says by a result of `win_updates`: each update found for the device is missing, unless the task
 * installed it or failed to; those that the task's filters left out were found all the same.
 */
export function verdictsOf(result: JsonRecord): readonly OtherVerdict[] {
  const listed = ['updates', 'filtered_updates'].flatMap((key) => {
    const updates = fieldOf(result, key);
    return typeof updates === 'object' && updates !== null ? Object.values(updates as object) : [];
  });
  return inVerdictOrder(
    listed.filter(isRecord).flatMap((update) => {
      const title = textField(update, 'title');
      return kbsOf(update, title).map((kb) => ({
        source: 'windows-update-agent' as const,
        kb,
        verdict: verdictOf(update),
        title,
      }));
    }),
  );
}

function verdictOf(update: JsonRecord): OtherVerdict['verdict'] {
  if (fieldOf(update, 'failure_hresult_code', 'failure_msg') !== undefined) return 'failed';
  return flagOf(fieldOf(update, 'installed')) === true ? 'installed' : 'missing';
}

/** `["5044284"]`; old releases have none where the title names one. */
function kbsOf(update: JsonRecord, title: string | undefined): readonly KbNumber[] {
  const listed = listField(update, 'kb').flatMap((kb) => tryParseKbNumber(textOf(kb) ?? '') ?? []);
  return listed.length > 0 ? listed : kbsNamedIn(title ?? '');
}
