export class TenantNotFoundError extends Error {
  override readonly name = 'TenantNotFoundError';
  readonly code = 'tenant-not-found';
  readonly tenant: string;

  constructor(tenant: string) {
    super(`expected the GUID or name of a tenant, got ${quote(tenant)}`);
    this.tenant = tenant;
  }
}

export class TenantNameError extends Error {
  override readonly name = 'TenantNameError';
  readonly code = 'tenant-name';
  readonly received: string;

  constructor(received: string) {
    super(
      'expected a tenant name of 1 to 63 lower-case letters, digits and hyphens, not beginning with a hyphen and neither ' +
        `"api", "v1" nor a GUID, got ${quote(received)}`,
    );
    this.received = received;
  }
}

/** `isAmbiguous`: several devices bear the name, so that only an id tells them apart. */
export class DeviceNotFoundError extends Error {
  override readonly name = 'DeviceNotFoundError';
  readonly code = 'device-not-found';
  readonly device: string;
  readonly isAmbiguous: boolean;

  constructor(device: string, isAmbiguous: boolean) {
    super(
      isAmbiguous
        ? `expected the name of one device, but several are named ${quote(device)}: use the id`
        : `expected the id or name of a device, got ${quote(device)}`,
    );
    this.device = device;
    this.isAmbiguous = isAmbiguous;
  }
}

export class MissingDeviceIdentityError extends Error {
  override readonly name = 'MissingDeviceIdentityError';
  readonly code = 'missing-device-identity';

  constructor() {
    super('expected a device id or name in the report, got neither');
  }
}

/** More reports come in than the disk takes; memory is not to grow with them. */
export class OverloadedError extends Error {
  override readonly name = 'OverloadedError';
  readonly code = 'overloaded';
  /** When it is worth another try. */
  readonly retrySeconds = 1;

  constructor(waiting: number) {
    super(`${waiting} reports wait to be stored; nothing was stored, send it again`);
  }
}

/** Several sources report one device faster than their reports can be joined. */
export class DeviceBusyError extends Error {
  override readonly name = 'DeviceBusyError';
  readonly code = 'device-busy';
  readonly deviceId: string;

  constructor(deviceId: string) {
    super(`device ${deviceId}: too many reports of several sources at once; nothing was stored, send it again`);
    this.deviceId = deviceId;
  }
}

export class ClientNotFoundError extends Error {
  override readonly name = 'ClientNotFoundError';
  readonly code = 'client-not-found';
  readonly clientId: string;

  constructor(clientId: string) {
    super(`expected the id of a client of this tenant, got ${quote(clientId)}`);
    this.clientId = clientId;
  }
}

export class ClientNameError extends Error {
  override readonly name = 'ClientNameError';
  readonly code = 'client-name';

  constructor(received: string) {
    super(`expected a client name of 1 to 200 characters, got ${quote(received)}`);
  }
}

export class UnknownRoleError extends Error {
  override readonly name = 'UnknownRoleError';
  readonly code = 'unknown-role';
  readonly role: string;
  readonly allowed: readonly string[];

  constructor(role: string, allowed: readonly string[]) {
    super(`expected a role out of ${allowed.join(', ')}, got ${quote(role)}`);
    this.role = role;
    this.allowed = allowed;
  }
}

/** A patch state that a device names is not kept: the store was changed by other hands. */
export class PatchStateMissingError extends Error {
  override readonly name = 'PatchStateMissingError';
  readonly code = 'patch-state-missing';
  readonly patchStateId: string;

  constructor(patchStateId: string) {
    super(`expected patch state ${patchStateId} in the store, but it is not there`);
    this.patchStateId = patchStateId;
  }
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 200));
}
