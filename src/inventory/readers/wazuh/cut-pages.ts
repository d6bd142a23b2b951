import { isRecord, recordField, textField } from '../../text/loose-json.ts';
import { isAnswer } from './documents.ts';

/** Agents of which some hotfixes are in no page that was saved; `all` where pages of many agents are too few. */
export interface CutPages {
  readonly agents: ReadonlySet<string>;
  readonly all: boolean;
}

/**
 * The API gives 500 rows at a time and says how many there are (`total_affected_items`). Pages of one agent are counted together, and
 * those of several agents.
 */
export function cutPagesOf(values: readonly unknown[]): CutPages {
  const pages = values.flatMap(hotfixPage);
  const cut = [...Map.groupBy(pages, ({ agent }) => agent)].flatMap(([agent, own]) => {
    const rows = own.reduce((sum, { count }) => sum + count, 0);
    return rows < Math.max(...own.map(({ total }) => total)) ? [agent] : [];
  });
  return { agents: new Set(cut.filter((agent) => agent !== undefined)), all: cut.includes(undefined) };
}

interface HotfixPage {
  /** `undefined` for rows of several agents. */
  readonly agent: string | undefined;
  readonly count: number;
  readonly total: number;
}

function hotfixPage(value: unknown): readonly HotfixPage[] {
  const data = isAnswer(value) && isRecord(value) ? recordField(value, 'data') : undefined;
  const items = data?.['affected_items'];
  if (data === undefined || !Array.isArray(items)) return [];
  const rows = items.filter(isRecord).filter((item) => textField(item, 'hotfix') !== undefined);
  const agents = new Set(rows.map((row) => textField(row, 'agent_id')?.padStart(3, '0')));
  const total = Number(textField(data, 'total_affected_items') ?? 0);
  return rows.length === 0
    ? []
    : [{ agent: agents.size === 1 ? [...agents][0] : undefined, count: items.length, total }];
}
