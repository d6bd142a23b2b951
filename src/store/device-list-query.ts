import { sql } from 'kysely';
import type { CompiledQuery, Kysely, RawBuilder, SelectQueryBuilder, SqlBool } from 'kysely';
import type { FilterTree, SortKey } from './filter.ts';
import { predicateOf, sortColumnOf } from './predicate.ts';
import type { ListedDevices, Predicate, PredicateDialect } from './predicate.ts';
import type { DeviceQuery, DeviceScope } from './store.ts';
import type { StateOrderQuery } from './view-store.ts';

/** The columns that a device list is compiled over. */
export interface DeviceListTables {
  readonly device: { readonly tenant_id: string; readonly id: string; readonly device_group: string };
}

/** Kysely as the compiler of one database's SQL, and what else differs there. */
export interface ListCompiler {
  readonly kysely: Kysely<DeviceListTables>;
  readonly dialect: PredicateDialect;
  /** Runs a query whose one row has a number, `devices`. */
  readonly count: (query: CompiledQuery) => number;
}

interface SortColumn {
  readonly operand: RawBuilder<unknown>;
  /** Always has a value. */
  readonly isId?: true;
  readonly isDescending: boolean;
}

/** The page's rows in order, and one more that tells whether there is a next page. @throws {FilterValueError} */
export function compileDevicePage(
  scope: DeviceScope,
  { filter, top, skip, orderBy = [], after }: DeviceQuery,
  compiler: ListCompiler,
): CompiledQuery {
  const columns: readonly SortColumn[] = [
    ...orderBy
      .filter((key) => !isById(key))
      .map((key) => ({ operand: operandOf(key, scope, compiler), isDescending: key.isDescending })),
    { operand: sql.ref('id'), isId: true, isDescending: orderBy.find(isById)?.isDescending === true },
  ];
  const { kysely, dialect } = compiler;
  const chosen = <Output>(from: SelectQueryBuilder<DeviceListTables, 'device', Output>): typeof from => {
    let rows = within(scope, from);
    if (filter !== undefined) rows = rows.where(predicateOf(filter, listed(scope, top, compiler)));
    if (after !== undefined) rows = rows.where(behind(columns, after));
    return ordered(rows, columns)
      .limit(top + 1)
      .offset(skip);
  };
  const whole = kysely.selectFrom('device').selectAll();
  // SQLite would carry whole rows through the sort, also those that are passed over.
  if (dialect.keyedBy !== 'number' || (skip === 0 && columns.length === 1)) return chosen(whole).compile();
  const numbers = chosen(kysely.selectFrom('device').select(sql<number>`device.number`.as('number')));
  return ordered(whole.where(sql<SqlBool>`device.number in (${numbers})`), columns).compile();
}

function ordered<Output>(
  rows: SelectQueryBuilder<DeviceListTables, 'device', Output>,
  columns: readonly SortColumn[],
): SelectQueryBuilder<DeviceListTables, 'device', Output> {
  return columns.reduce(
    (page, { operand, isId = false, isDescending }) =>
      page.orderBy(operand, (order) =>
        isId
          ? isDescending
            ? order.desc()
            : order.asc()
          : isDescending
            ? order.desc().nullsLast()
            : order.asc().nullsFirst(),
      ),
    rows,
  );
}

/**
 * Devices of one patch state that stand behind `after` others, in the order of `device_by_state`; the state's id and the
 * two numbers are the last three parameters. @throws {FilterValueError}
 */
export function compileDevicesOfState(
  scope: DeviceScope,
  filter: DeviceQuery['filter'],
  compiler: ListCompiler,
): CompiledQuery {
  // The devices of a state are few and passed one by one: none is to be gathered by its key for each state anew.
  const each = { ...listed(scope, Number.POSITIVE_INFINITY, compiler), countUpTo: () => Number.POSITIVE_INFINITY };
  let rows = within(scope, compiler.kysely.selectFrom('device').selectAll());
  if (filter !== undefined) rows = rows.where(predicateOf(filter, each));
  return rows
    .where(sql<SqlBool>`patch_state_id = ${''}`)
    .orderBy(sql.ref('first_seen_at'))
    .orderBy(sql.ref('number'))
    .limit(1)
    .offset(0)
    .compile();
}

/**
 * Devices of several patch states, those of the first state in front, of each by `first_seen_at` and id; one more than asked tells
 * whether there are others. PostgreSQL's way: one query passes over states by their index. @throws {FilterValueError}
 */
export function compileDevicesInStates(
  scope: DeviceScope,
  { states, filter, top, skip }: StateOrderQuery,
  compiler: ListCompiler,
): CompiledQuery {
  const wanted = sql<{ state: string; place: number }>`unnest(${states}::text[]) with ordinality`;
  let rows = within(
    scope,
    compiler.kysely
      .selectFrom('device')
      .innerJoin(wanted.as<'wanted'>(sql`wanted(state, place)`), (join) =>
        join.on(sql<SqlBool>`wanted.state = device.patch_state_id`),
      )
      .selectAll('device') as never,
  );
  if (filter !== undefined) rows = rows.where(predicateOf(filter, listed(scope, top, compiler)));
  return rows
    .orderBy(sql.ref('wanted.place'))
    .orderBy(sql.ref('first_seen_at'))
    .orderBy(sql.ref('device.id'))
    .limit(top + 1)
    .offset(skip)
    .compile();
}

/** How many devices match over all pages, as `devices`. @throws {FilterValueError} */
export function compileDeviceCount(scope: DeviceScope, { filter }: DeviceQuery, compiler: ListCompiler): CompiledQuery {
  const all = within(
    scope,
    compiler.kysely.selectFrom('device').select(({ fn }) => fn.countAll().as('devices')),
  );
  return (
    filter === undefined ? all : all.where(predicateOf(filter, listed(scope, Number.POSITIVE_INFINITY, compiler)))
  ).compile();
}

/** The same by patch state, as `state` and `devices`. @throws {FilterValueError} */
export function compileCountByState(
  scope: DeviceScope,
  filter: FilterTree,
  { kysely, ...compiler }: ListCompiler,
): CompiledQuery {
  // Looked through once for the filter: along the states' index each device would be fetched by its key.
  const state = compiler.dialect.unindexed('patch_state_id');
  return within(
    scope,
    kysely.selectFrom('device').select(({ fn }) => [state.as('state'), fn.countAll().as('devices')]) as never,
  )
    .where(predicateOf(filter, listed(scope, Number.POSITIVE_INFINITY, { kysely, ...compiler })))
    .groupBy(state)
    .compile();
}

function isById(key: SortKey): boolean {
  return 'property' in key && key.property === 'id';
}

/**
 * The column, the value of the device's patch state (one look-up in a list of ids for each value there is), or that of the first
 * case that holds.
 */
function operandOf(key: SortKey, scope: DeviceScope, compiler: ListCompiler): RawBuilder<unknown> {
  const { dialect } = compiler;
  if ('property' in key) {
    const column = sortColumnOf(key.property);
    return key.property === 'lastIpAddress' ? dialect.shownAddress(column) : sql.ref(column);
  }
  const place = listed(scope, Number.POSITIVE_INFINITY, compiler);
  const cases: readonly (readonly [value: string | number, holds: RawBuilder<unknown>])[] =
    'cases' in key
      ? key.cases.map(({ value, holds }) => [value, predicateOf(holds, place)])
      : key.stateValues.map(({ value, states }) => [
          value,
          sql`${dialect.unindexed('device.patch_state_id')} in (${dialect.textsOf(JSON.stringify(states))})`,
        ]);
  if (cases.length === 0) return sql`cast(null as text)`;
  const whens = cases.map(([value, holds]) => sql`when ${holds} then ${dialect.typed?.(value) ?? value}`);
  return sql`(case ${sql.join(whens, sql` `)} end)`;
}

function listed({ tenantId }: DeviceScope, top: number, { kysely, dialect, count }: ListCompiler): ListedDevices {
  return {
    dialect,
    tenantId,
    top,
    countUpTo: (rows, most) =>
      count(sql`select count(*) as devices from (${rows} limit ${most}) as counted`.compile(kysely)),
  };
}

/** Rows that stand behind one with these values, in the order of the columns. */
function behind(columns: readonly SortColumn[], after: readonly (string | number | null)[]): Predicate {
  const [column, ...others] = columns;
  const [value = null, ...rest] = after;
  if (column === undefined) return sql`false`;
  const beyond = isBeyond(column, value);
  if (others.length === 0) return beyond;
  const isEqual: Predicate = value === null ? sql`${column.operand} is null` : sql`${column.operand} = ${value}`;
  return sql`(${beyond} or (${isEqual} and ${behind(others, rest)}))`;
}

function isBeyond({ operand: column, isDescending }: SortColumn, value: string | number | null): Predicate {
  if (value === null) return isDescending ? sql`false` : sql`${column} is not null`;
  return isDescending ? sql`(${column} < ${value} or ${column} is null)` : sql`${column} > ${value}`;
}

/** What the tenant alone may see, and of it only what the scope does. */
function within<Output>(
  { tenantId, groups }: DeviceScope,
  query: SelectQueryBuilder<DeviceListTables, 'device', Output>,
): SelectQueryBuilder<DeviceListTables, 'device', Output> {
  const all = query.where('tenant_id', '=', tenantId);
  if (groups === null) return all;
  return groups.size === 0 ? all.where(sql<SqlBool>`false`) : all.where('device_group', 'in', [...groups]);
}
