import type { DelimitedTable } from '../../text/delimited-table.ts';

/** A table whose headings were replaced by the English ones, and what was taken for what. */
export interface RelabelledTable {
  readonly table: DelimitedTable;
  /** `OS version is "Betriebssystemversion"`, for a note. */
  readonly says: readonly string[];
}

/** Rows that are looked at: a localised export is alike from its first row to its last. */
const mostLooked = 200;

interface Column {
  readonly index: number;
  readonly cells: readonly string[];
}

const guid = /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i;
const windowsBuild = /^10\.0\.\d{5}\.\d{1,5}$/;
/** Products keep their names: `Intune`, `Co-verwaltet`. */
const managers = /^(?:Intune|MDE|MDM|ConfigMgr)$|^Co-/i;
const instant = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d/;
const hostName = /^(?=.*[\p{L}])[\p{L}\p{N}](?:[\p{L}\p{N}_-]{0,62}[\p{L}\p{N}])?$/u;

/**
 * The portal's export in another language: the columns are told by what stands in them. The version of Windows, the
 * system (`Windows`) and the id of the device (the first GUID) are told surely; the device's name is the first column whose
 * cells are different names of hosts, the last check-in the latest of the times. `undefined` where version, system and id
 * are not all there.
 */
export function relabelByContent({ header, rows }: DelimitedTable): RelabelledTable | undefined {
  const looked = rows.slice(0, mostLooked);
  const columns = header.map((_, index) => ({ index, cells: looked.map((row) => row[index] ?? '') }));
  const version = columns.find((column) => share(column, (cell) => windowsBuild.test(cell)) > 0);
  const windowsRows = looked.filter((row) => version !== undefined && windowsBuild.test(row[version.index] ?? ''));
  const ofWindows = columns.map(({ index }) => ({ index, cells: windowsRows.map((row) => row[index] ?? '') }));
  const system = ofWindows.find((column) => share(column, (cell) => /^windows\b/i.test(cell)) === 1);
  const id = ofWindows.find((column) => share(column, (cell) => guid.test(cell)) === 1);
  if (version === undefined || system === undefined || id === undefined) return undefined;
  const name = ofWindows.find((column) => isNames(column));
  const seen = latest(ofWindows.filter((column) => share(column, (cell) => instant.test(cell)) === 1));
  const architecture = ofWindows.find((column) => share(column, (cell) => /^(?:x64|x86|arm64)$/i.test(cell)) === 1);
  const manager = ofWindows.find((column) => share(column, (cell) => managers.test(cell)) === 1);
  const labels = new Map<number, string>();
  for (const [label, column] of [
    ['OS version', version],
    ['OS', system],
    ['Device ID', id],
    ['Device name', name],
    ['Last check-in', seen],
    ['ProcessorArchitecture', architecture],
    ['Managed by', manager],
  ] as const)
    if (column !== undefined) labels.set(column.index, label);
  return {
    // Some headings are the same in every language, and told by their names.
    table: { header: header.map((heading, index) => labels.get(index) ?? heading), rows },
    says: [...labels].map(([index, label]) => `${label} is "${(header[index] ?? '').slice(0, 60)}"`),
  };
}

/** Part of the filled cells that pass, 0 where none is filled. */
function share({ cells }: Column, passes: (cell: string) => boolean): number {
  const filled = cells.filter((cell) => cell !== '');
  return filled.length === 0 ? 0 : filled.filter(passes).length / filled.length;
}

function isNames({ cells }: Column): boolean {
  return (
    cells.every((cell) => hostName.test(cell) && !guid.test(cell) && !/^[0-9a-f]{12}$/i.test(cell)) &&
    new Set(cells.map((cell) => cell.toLowerCase())).size === cells.length &&
    cells.length > 0
  );
}

function latest(columns: readonly Column[]): Column | undefined {
  return [...columns].sort((a, b) => (newest(a) < newest(b) ? 1 : newest(a) > newest(b) ? -1 : a.index - b.index))[0];
}

function newest({ cells }: Column): string {
  return [...cells].sort().at(-1) ?? '';
}
