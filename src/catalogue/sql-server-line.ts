import { readTable } from './read-table.ts';

/** A servicing line of SQL Server: security updates alone (GDR), or on top of the cumulative updates (CU, once QFE). */
export interface SqlServerLine {
  /** `2016`, `2008 R2` */
  readonly year: string;
  readonly servicePack: number;
  readonly line: 'GDR' | 'CU' | 'QFE' | 'Azure Connect';
}

type Row = readonly [
  version: string,
  year: string,
  firstBuild: number,
  servicePack: number,
  line: SqlServerLine['line'],
];

let loaded: readonly Row[] | undefined;

/** The line of a build such as `15.0.4261.1`; `undefined` for builds before the first one known. */
export function sqlServerLineOf(version: readonly number[]): SqlServerLine | undefined {
  loaded ??= readTable<{ readonly rows: readonly Row[] }>('sql-server-lines').rows;
  const [major = 0, minor = 0, build = 0] = version;
  const row = loaded.findLast(([of, , first]) => of === `${major}.${minor}` && first <= build);
  return row && { year: row[1], servicePack: row[3], line: row[4] };
}

/** Whether a build is that of a release or a service pack itself: what setup reports, whatever was installed since. */
export function isSetupBuild([major = 0, minor = 0, build = 0]: readonly number[]): boolean {
  loaded ??= readTable<{ readonly rows: readonly Row[] }>('sql-server-lines').rows;
  return loaded.some(([of, , first, , line]) => of === `${major}.${minor}` && first === build && line === 'GDR');
}

/** The line that a published product means: `Microsoft SQL Server 2016 for x64-based Systems Service Pack 3 (GDR)`. */
export function parseSqlServerProduct(name: string): SqlServerLine | undefined {
  const year = /^Microsoft SQL Server (20\d\d(?: R2)?)(?= )/.exec(name)?.[1];
  if (year === undefined) return undefined;
  const servicePack = Number(/Service Pack (\d)/i.exec(name)?.[1] ?? 0);
  if (/Azure Connect/i.test(name)) return { year, servicePack, line: 'Azure Connect' };
  const line = /\((GDR|CU|QFE)\s*\d*(?:\+GDR)?\)/i.exec(name)?.[1]?.toUpperCase();
  return line === 'GDR' || line === 'CU' || line === 'QFE' ? { year, servicePack, line } : undefined;
}
