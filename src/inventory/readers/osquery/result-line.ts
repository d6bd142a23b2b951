import { fieldOf, isRecord, recordField, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';
import { isRow, rowsOf } from './result-set.ts';

/** One line of a result log. Source: osquery's documentation, "Logging": event, snapshot and batch format. */
export interface ResultLine {
  readonly query: string;
  /** `--host_identifier`: host name, hardware UUID, or what the administrator chose. */
  readonly host: string;
  /** The host's own name where a decorator tells it. */
  readonly decoratedName: string | undefined;
  /** Seconds since 1970; `undefined` where the line has none. */
  readonly unixTime: number | undefined;
  /** The same by the clock of who received a line that has no time of its own. */
  readonly receivedAt?: number;
  readonly epoch: string | undefined;
  readonly counter: number | undefined;
  /** `snapshot`: all rows; `snapshot-row`: one of them (`--logger_snapshot_event_type`); `difference`: what came and went. */
  readonly kind: 'snapshot' | 'snapshot-row' | 'difference';
  readonly added: readonly JsonRecord[];
  readonly removed: readonly JsonRecord[];
}

/** A line of a result log; `undefined` for what is none. Numbers may be texts, as osquery wrote them up to 2018. */
export function parseResultLine(value: unknown): ResultLine | undefined {
  if (!isRecord(value)) return undefined;
  const query = textField(value, 'name');
  const host = textField(value, 'hostIdentifier', 'hostname', 'host_identifier');
  const rows = rowsOfLine(value);
  if (query === undefined || host === undefined || rows === undefined) return undefined;
  const decorations = recordField(value, 'decorations') ?? {};
  return {
    query,
    host,
    decoratedName: textField(decorations, 'computer_name', 'hostname', 'host_name'),
    unixTime: numberOf(value, 'unixTime', 'unix_time'),
    epoch: textField(value, 'epoch'),
    counter: numberOf(value, 'counter'),
    ...rows,
  };
}

/** Whether it is a line of a status log, which tells nothing of the host. */
export function isStatusLine(value: unknown): boolean {
  return (
    isRecord(value) &&
    textField(value, 'hostIdentifier', 'hostname') !== undefined &&
    fieldOf(value, 'severity') !== undefined &&
    fieldOf(value, 'message', 'filename') !== undefined
  );
}

function rowsOfLine(line: JsonRecord): Pick<ResultLine, 'kind' | 'added' | 'removed'> | undefined {
  const action = textField(line, 'action')?.toLowerCase();
  const snapshot = Object.hasOwn(line, 'snapshot') ? rowsOf(line['snapshot']) : undefined;
  if (snapshot !== undefined) return { kind: 'snapshot', added: snapshot, removed: [] };
  const columns = fieldOf(line, 'columns');
  if (isRow(columns)) {
    if (action === 'snapshot') return { kind: 'snapshot-row', added: [columns], removed: [] };
    if (action === 'added') return { kind: 'difference', added: [columns], removed: [] };
    return action === 'removed' ? { kind: 'difference', added: [], removed: [columns] } : undefined;
  }
  const differences = recordField(line, 'diffResults');
  if (differences === undefined) return undefined;
  const list = (key: string): readonly JsonRecord[] => rowsOf(fieldOf(differences, key) ?? []) ?? [];
  return { kind: 'difference', added: list('added'), removed: list('removed') };
}

function numberOf(record: JsonRecord, ...keys: readonly string[]): number | undefined {
  const text = textField(record, ...keys);
  const value = text === undefined ? Number.NaN : Number(text);
  return Number.isFinite(value) ? value : undefined;
}
