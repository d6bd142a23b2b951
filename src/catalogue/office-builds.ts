import { readTable } from './read-table.ts';

/** A build of a version line of Microsoft 365 Apps: `20238` of line `16026`, and the day (UTC) it was first released. */
export type OfficeBuild = readonly [build: number, releasedOn: string];

let loaded: Readonly<Record<string, readonly OfficeBuild[]>> | undefined;

/** The dated builds of a line, oldest first; `undefined` for a line that the table lacks, as those of Office LTSC. */
export function officeBuilds(line: number): readonly OfficeBuild[] | undefined {
  loaded ??= readTable<{ readonly lines: Readonly<Record<string, OfficeBuild[]>> }>('office-builds').lines;
  return loaded[String(line)];
}
