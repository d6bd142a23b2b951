import { readTable } from './read-table.ts';

/** Who gets updates for how long: editions of one build differ. */
export type ServicingChannel = 'home-pro' | 'enterprise' | 'ltsc' | 'server';

/** Dates are the last day of updates, inclusive. */
export interface ServicingPeriod {
  readonly build: number;
  readonly channel: ServicingChannel;
  readonly end: string;
  /** Where paid extended security updates follow. */
  readonly esuEnd?: string;
}

let loaded: readonly ServicingPeriod[] | undefined;

/** The servicing periods of one build, one per channel. */
export function servicingPeriods(build: number): readonly ServicingPeriod[] {
  return allServicingPeriods().filter((period) => period.build === build);
}

/** Of every build of the table. */
export function allServicingPeriods(): readonly ServicingPeriod[] {
  loaded ??= readTable<{ readonly rows: readonly ServicingPeriod[] }>('windows-lifecycle').rows;
  return loaded;
}
