import { sql } from 'kysely';
import type { CompiledQuery, Kysely, SelectQueryBuilder, SqlBool } from 'kysely';
import { predicateOf, type PredicateDialect } from './predicate.ts';
import type { DeviceQuery, DeviceScope } from './store.ts';

/** The columns that a device list is compiled over. */
export interface DeviceListTables {
  readonly device: { readonly tenant_id: string; readonly id: string; readonly device_group: string };
}

/** Kysely as the compiler of one database's SQL, and what else differs there. */
export interface ListCompiler {
  readonly kysely: Kysely<DeviceListTables>;
  readonly dialect: PredicateDialect;
}

/** The page's rows by id, and one more that tells whether there is a next page. @throws {FilterValueError} */
export function compileDevicePage(
  scope: DeviceScope,
  { filter, top, skip }: DeviceQuery,
  { kysely, dialect }: ListCompiler,
): CompiledQuery {
  const page = within(scope, kysely.selectFrom('device').selectAll());
  return (filter === undefined ? page : page.where(predicateOf(filter, dialect)))
    .orderBy('id')
    .limit(top + 1)
    .offset(skip)
    .compile();
}

/** How many devices match over all pages, as `devices`. @throws {FilterValueError} */
export function compileDeviceCount(
  scope: DeviceScope,
  { filter }: DeviceQuery,
  { kysely, dialect }: ListCompiler,
): CompiledQuery {
  const all = within(
    scope,
    kysely.selectFrom('device').select(({ fn }) => fn.countAll().as('devices')),
  );
  return (filter === undefined ? all : all.where(predicateOf(filter, dialect))).compile();
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
