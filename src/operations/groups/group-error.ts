export class GroupNotFoundError extends Error {
  override readonly name = 'GroupNotFoundError';
  readonly code = 'group-not-found';
  readonly group: string;

  constructor(group: string) {
    super(`expected the name of a device group of this tenant, got ${JSON.stringify(group.slice(0, 200))}`);
    this.group = group;
  }
}

export class GroupExistsError extends Error {
  override readonly name = 'GroupExistsError';
  readonly code = 'group-exists';

  constructor(what: string) {
    super(`expected a new device group, but ${what} exists`);
  }
}

/** A name, number, rank or rule that no group can have. */
export class GroupFormatError extends Error {
  override readonly name = 'GroupFormatError';
  readonly code = 'group-format';

  constructor(expected: string, received: string | number) {
    super(`expected ${expected}, got ${JSON.stringify(String(received).slice(0, 200))}`);
  }
}
