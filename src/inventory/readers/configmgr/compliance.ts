import { kbsNamedIn } from '../../facts/kb-names.ts';
import { tryParseKbNumber } from '../../../terms/kb-number.ts';
import type { KbNumber } from '../../../terms/kb-number.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import type { NamedRow } from '../../text/named-row.ts';
import { isUpdateInfo } from './view-row.ts';

/** What an update's id in Configuration Manager stands for. */
interface UpdateInfo {
  readonly kb: KbNumber;
  readonly title: string | undefined;
}

/** Articles by `CI_ID`, of rows of `v_UpdateInfo`. */
export function articlesById(rows: readonly NamedRow[]): ReadonlyMap<string, UpdateInfo> {
  const found = new Map<string, UpdateInfo>();
  for (const row of rows) {
    const id = row.text('CI_ID');
    const update = isUpdateInfo(row) ? updateOf(row) : undefined;
    if (id !== undefined && update !== undefined) found.set(id, update);
  }
  return found;
}

/**
 * One row of `v_UpdateComplianceStatus`: 0 unknown, 1 not required, 2 required, 3 installed. Unknown says nothing;
 * `undefined` too where the row is none, or its update or state can't be told.
 */
export function verdictOf(row: NamedRow, articles: ReadonlyMap<string, UpdateInfo>): OtherVerdict | undefined {
  const verdict = stateOf(row.text('Status') ?? row.text('State', 'StateName', 'StateDescription', 'StatusName') ?? '');
  const update = updateOf(row) ?? articles.get(row.text('CI_ID') ?? '');
  return verdict === undefined || update === undefined ? undefined : { source: 'configmgr', verdict, ...update };
}

/** Whether a row is one of compliance, so that it counts where it can't be told. */
export function isComplianceRow(row: NamedRow): boolean {
  return row.has('ArticleID', 'CI_ID') && row.has('Status', 'State', 'StateName', 'StateDescription', 'StatusName');
}

/** Whether the state is known to say nothing. */
export function isUnknownState(row: NamedRow): boolean {
  return /^(?:0|unknown|detection state unknown)$/i.test(row.text('Status', 'State', 'StateName', 'StatusName') ?? '');
}

function stateOf(text: string): OtherVerdict['verdict'] | undefined {
  const state = text.toLowerCase();
  if (state === '2' || state === 'required' || state === 'update is required') return 'missing';
  if (state === '3' || state === 'installed' || state === 'update is installed') return 'installed';
  return state === '1' || state === 'not required' || state === 'update is not required' ? 'not-applicable' : undefined;
}

function updateOf(row: NamedRow): UpdateInfo | undefined {
  const title = row.text('Title', 'LocalizedDisplayName', 'DisplayName');
  const kb = tryParseKbNumber(row.text('ArticleID') ?? '') ?? kbsNamedIn(title ?? '')[0];
  return kb === undefined ? undefined : { kb, title };
}
