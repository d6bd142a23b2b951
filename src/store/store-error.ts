/** The data folder holds no readable store: not a folder, no right to it, another program's file, or a damaged one. */
export class StoreUnreadableError extends Error {
  override readonly name = 'StoreUnreadableError';
  readonly code = 'store-unreadable';
  readonly path: string;

  constructor(path: string, reason: string, cause?: unknown) {
    super(`expected a kbgap store at ${path}, but ${reason}`, { cause });
    this.path = path;
  }
}

/** A store written by a newer kbgap; nothing was changed in it. */
export class StoreTooNewError extends Error {
  override readonly name = 'StoreTooNewError';
  readonly code = 'store-too-new';
  readonly path: string;
  readonly found: number;
  readonly known: number;

  constructor(path: string, found: number, known: number) {
    super(`expected a store of version ${known} or older at ${path}, got version ${found}: use a newer kbgap`);
    this.path = path;
    this.found = found;
    this.known = known;
  }
}

/** A write after `close`. */
export class StoreClosedError extends Error {
  override readonly name = 'StoreClosedError';
  readonly code = 'store-closed';

  constructor() {
    super('expected an open store, but it was closed');
  }
}

/** A write that the database refused: disk full, or another process kept it locked for five seconds. Nothing was stored. */
export class StoreWriteError extends Error {
  override readonly name = 'StoreWriteError';
  readonly code = 'store-write';

  constructor(cause: unknown) {
    super(`expected the store to commit, but ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** A database that does not answer; nothing of what was asked was done, or will be. No credentials in the message. */
export class StoreUnreachableError extends Error {
  override readonly name = 'StoreUnreachableError';
  readonly code = 'store-unreachable';

  constructor(place: string, reason: string, cause?: unknown) {
    super(`expected the database ${place} to answer, but ${reason}`, { cause });
  }
}

export class TenantExistsError extends Error {
  override readonly name = 'TenantExistsError';
  readonly code = 'tenant-exists';
  readonly tenantName: string;

  constructor(tenantName: string) {
    super(`expected a new tenant name, but "${tenantName}" exists, or is being deleted`);
    this.tenantName = tenantName;
  }
}

/** The only tenant that is left: a store has always one. */
export class LastTenantError extends Error {
  override readonly name = 'LastTenantError';
  readonly code = 'last-tenant';

  constructor(tenantName: string) {
    super(`expected another tenant beside "${tenantName}", but it is the only one: create one first`);
  }
}

/** A write for a tenant that was deleted meanwhile; nothing was stored. */
export class TenantGoneError extends Error {
  override readonly name = 'TenantGoneError';
  readonly code = 'tenant-not-found';

  constructor(tenantId: string) {
    super(`expected a tenant, but ${tenantId} was deleted; nothing was stored`);
  }
}

/** A filter compares a property with a value it cannot have, e.g. `reportedAt` with `yesterday`. */
export class FilterValueError extends Error {
  override readonly name = 'FilterValueError';
  readonly code = 'filter-value';
  readonly property: string;
  readonly value: string;

  constructor(property: string, expected: string, value: string) {
    super(`expected ${expected} for ${property}, got ${JSON.stringify(value.slice(0, 200))}`);
    this.property = property;
    this.value = value;
  }
}
