import { sql } from 'kysely';
import type { CompiledQuery, Kysely, SelectQueryBuilder, SqlBool } from 'kysely';
import { predicateOf, sortColumnOf } from './predicate.ts';
import type { ListedDevices, Predicate, PredicateDialect } from './predicate.ts';
import type { DeviceQuery, DeviceScope } from './store.ts';

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
  readonly name: string;
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
      .filter(({ property }) => property !== 'id')
      .map(({ property, isDescending }) => ({ name: sortColumnOf(property), isDescending })),
    { name: 'id', isDescending: orderBy.find(({ property }) => property === 'id')?.isDescending === true },
  ];
  const { kysely } = compiler;
  let page = within(scope, kysely.selectFrom('device').selectAll());
  if (filter !== undefined) page = page.where(predicateOf(filter, listed(scope, top, compiler)));
  if (after !== undefined) page = page.where(behind(columns, after));
  for (const { name, isDescending } of columns) {
    page = page.orderBy(sql.ref(name), (order) =>
      name === 'id'
        ? isDescending
          ? order.desc()
          : order.asc()
        : isDescending
          ? order.desc().nullsLast()
          : order.asc().nullsFirst(),
    );
  }
  return page
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

function listed({ tenantId }: DeviceScope, top: number, { kysely, dialect, count }: ListCompiler): ListedDevices {
  return {
    dialect,
    tenantId,
    top,
    countUpTo: (rows, most) => count(sql`select count(*) as devices from (${rows} limit ${most})`.compile(kysely)),
  };
}

/** Rows that stand behind one with these values, in the order of the columns. */
function behind(columns: readonly SortColumn[], after: readonly (string | null)[]): Predicate {
  const [column, ...others] = columns;
  const [value = null, ...rest] = after;
  if (column === undefined) return sql`false`;
  const beyond = isBeyond(column, value);
  if (others.length === 0) return beyond;
  const isEqual: Predicate =
    value === null ? sql`${sql.ref(column.name)} is null` : sql`${sql.ref(column.name)} = ${value}`;
  return sql`(${beyond} or (${isEqual} and ${behind(others, rest)}))`;
}

function isBeyond({ name, isDescending }: SortColumn, value: string | null): Predicate {
  const column = sql.ref(name);
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
