import type { InstallationType } from '../terms/installation-type.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import type { FilterTree } from './filter.ts';

/** A tenant: GUID and name. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
}

/** A device as kept: its attributes and the patch state that decides its verdict. Instants are ISO 8601 in UTC. */
export interface DeviceRow {
  readonly tenantId: string;
  /** 40 lower-case hex digits. */
  readonly id: string;
  readonly name: string | null;
  readonly osName: string | null;
  /** `10.0.18363.657`. */
  readonly osBuild: string | null;
  readonly osPlatform: string | null;
  readonly displayVersion: string | null;
  readonly architecture: string | null;
  readonly installationType: InstallationType | null;
  readonly tags: readonly string[];
  readonly ipAddresses: readonly string[];
  readonly firstSeenAt: string;
  readonly reportedAt: string;
  readonly patchStateId: string;
}

/** A list request; property names are those of `DeviceRow`. */
export interface DeviceQuery {
  readonly filter?: FilterTree;
  readonly top: number;
  readonly skip: number;
  readonly count?: boolean;
}

export interface StoredPatchState {
  readonly id: string;
  readonly content: PatchState;
}

export interface SigningKey {
  /** RFC 7638 thumbprint. */
  readonly kid: string;
  readonly privateKeyPem: string;
  readonly publicKeyPem: string;
}
