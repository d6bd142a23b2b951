import type { CompiledQuery, Kysely } from 'kysely';
import { predicateOf, type PredicateDialect } from './predicate.ts';
import type { DeviceQuery } from './store.ts';

/** The columns that a device list is compiled over. */
export interface DeviceListTables {
  readonly device: { readonly tenant_id: string; readonly id: string };
}

/** Kysely as the compiler of one database's SQL, and what else differs there. */
export interface ListCompiler {
  readonly kysely: Kysely<DeviceListTables>;
  readonly dialect: PredicateDialect;
}

/** The page's rows by id, and one more that tells whether there is a next page. @throws {FilterValueError} */
export function compileDevicePage(
  tenantId: string,
  { filter, top, skip }: DeviceQuery,
  { kysely, dialect }: ListCompiler,
): CompiledQuery {
  const page = kysely.selectFrom('device').selectAll().where('tenant_id', '=', tenantId);
  return (filter === undefined ? page : page.where(predicateOf(filter, dialect)))
    .orderBy('id')
    .limit(top + 1)
    .offset(skip)
    .compile();
}

/** How many devices match over all pages, as `devices`. @throws {FilterValueError} */
export function compileDeviceCount(
  tenantId: string,
  { filter }: DeviceQuery,
  { kysely, dialect }: ListCompiler,
): CompiledQuery {
  const all = kysely
    .selectFrom('device')
    .select(({ fn }) => fn.countAll().as('devices'))
    .where('tenant_id', '=', tenantId);
  return (filter === undefined ? all : all.where(predicateOf(filter, dialect))).compile();
}
