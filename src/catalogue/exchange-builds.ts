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

function builds(): ReadonlyMap<string, readonly ExchangeBuild[]> {
  loaded ??= Map.groupBy(
    readTable<{ readonly rows: readonly Row[] }>('exchange-builds').rows.map(([build, name, releasedOn]) => ({
      build,
      name,
      releasedOn,
    })),
    ({ build }) => branchOf(build),
  );
  return loaded;
}

/** Every build of one cumulative update, by its first three parts, `15.2.1258`, before 2013 of one service pack, `14.3`; oldest first, empty where none is known. */
export function exchangeBuilds(branch: string): readonly ExchangeBuild[] {
  return builds().get(branch) ?? [];
}

/** A cumulative update, or before 2013 a rollup, by its first build. */
export interface ExchangeUpdate {
  /** `15.2.1258`, or before 2013 the whole build. */
  readonly branch: string;
  /** `Exchange Server 2019 CU13` */
  readonly name: string;
  readonly releasedOn: string;
}

/** The cumulative updates of every version of Exchange, lowest build first. */
export function exchangeUpdates(): readonly ExchangeUpdate[] {
  return [...builds()].flatMap(([branch, all]) => {
    const released = all.filter(({ name }) => !name.endsWith('Preview'));
    const named = isBefore2013(branch) ? released : released.slice(0, 1);
    return named.map(({ build, name, releasedOn }) => ({
      branch: isBefore2013(branch) ? build : branch,
      name: name.replace(/ \(\d{4}H\d\)$/, ''),
      releasedOn,
    }));
  });
}

/** `Exchange Server 2019 CU13`, by the first three parts of a build; `undefined` for an unknown one. */
export function exchangeUpdateName(branch: string): string | undefined {
  return exchangeUpdates().find((update) => update.branch === branch)?.name;
}

function branchOf(build: string): string {
  const parts = build.split('.');
  return parts.slice(0, isBefore2013(build) ? 2 : 3).join('.');
}

function isBefore2013(build: string): boolean {
  return Number.parseInt(build, 10) < 15;
}
