/** What was to be a secret for enrolment is none; the message never holds it. */
export class EnrollSecretFormatError extends Error {
  override readonly name = 'EnrollSecretFormatError';
  readonly code = 'enroll-secret';

  constructor(expected: string) {
    super(`expected ${expected}`);
  }
}

/** The secret tells the tenant: it can belong to one only, and once. */
export class EnrollSecretExistsError extends Error {
  override readonly name = 'EnrollSecretExistsError';
  readonly code = 'enroll-secret-exists';

  constructor() {
    super('expected a secret that no tenant has yet, got one that is in use');
  }
}

export class EnrollSecretNotFoundError extends Error {
  override readonly name = 'EnrollSecretNotFoundError';
  readonly code = 'enroll-secret-not-found';
  readonly secretId: string;

  constructor(secretId: string) {
    super(`expected the id of an enrolment secret of this tenant, got ${JSON.stringify(secretId.slice(0, 200))}`);
    this.secretId = secretId;
  }
}

export class NodeNotFoundError extends Error {
  override readonly name = 'NodeNotFoundError';
  readonly code = 'osquery-node-not-found';
  readonly nodeId: string;

  constructor(nodeId: string) {
    super(`expected the id of an osquery node of this tenant, got ${JSON.stringify(nodeId.slice(0, 200))}`);
    this.nodeId = nodeId;
  }
}
