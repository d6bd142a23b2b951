import { readTable } from './read-table.ts';

/** A build of Exchange Server: a cumulative update, or a security or other update of one. */
export interface ExchangeBuild {
  /** `15.2.1258.34` */
  readonly build: string;
  /** `Exchange Server 2019 CU13 Apr24HU` */
  readonly name: string;
  readonly releasedOn: string;
}

type Row = readonly [build: string, name: string, releasedOn: string];

let loaded: ReadonlyMap<string, readonly ExchangeBuild[]> | undefined;

/** Every build of one cumulative update, by the first three parts, `15.2.1258`; oldest first, empty where none is known. */
export function exchangeBuilds(branch: string): readonly ExchangeBuild[] {
  loaded ??= Map.groupBy(
    readTable<{ readonly rows: readonly Row[] }>('exchange-builds').rows.map(([build, name, releasedOn]) => ({
      build,
      name,
      releasedOn,
    })),
    ({ build }) => build.slice(0, build.lastIndexOf('.')),
  );
  return loaded.get(branch) ?? [];
}

/** `Exchange Server 2019 CU13`, by the first three parts of a build; `undefined` for an unknown one. */
export function exchangeUpdateName(branch: string): string | undefined {
  return exchangeBuilds(branch)[0]?.name.replace(/ \(\d{4}H\d\)$/, '');
}
