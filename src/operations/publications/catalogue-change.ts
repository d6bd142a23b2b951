import type { Coverage } from '../../assessment/assessment.ts';
import type { ReleaseId } from '../../terms/release-id.ts';
import type { KbNumber } from '../../terms/kb-number.ts';

/** Devices before and after. */
export type CountPair = readonly [before: number, after: number];

/** What a catalogue changed for the devices of one group; sums over groups are sums over devices. */
export interface GroupChange {
  readonly devices: number;
  /** Another coverage, other missing updates or other open CVEs. */
  readonly devicesChanged: number;
  /** Distinct patch states: no sums over groups. */
  readonly patchStates: number;
  readonly patchStatesChanged: number;
  /** Devices by their coverage before and after, where there are any. */
  readonly coverage: readonly (readonly [before: Coverage, after: Coverage, devices: number])[];
  /** Updates of which the count is another in some group of the tenant, with those of this group. */
  readonly kbs: readonly (readonly [kb: KbNumber, ...CountPair])[];
  /** As `kbs`, of devices that are open to a CVE. */
  readonly cves: readonly (readonly [cve: string, ...CountPair])[];
}

/** A document that a catalogue has in another revision, `null` where one of the two has none. */
export interface DocumentChange {
  readonly id: ReleaseId;
  readonly hash: readonly [before: string | null, after: string | null];
  /** UTC instants. */
  readonly revisedAt: readonly [before: string | null, after: string | null];
}

/** What is kept of a publication, for one tenant. */
export interface KeptChange {
  /** `null`: the first that was noted. */
  readonly previousCatalogueId: string | null;
  readonly previousRuleSet: string | null;
  /** `null` where nothing was judged for it. */
  readonly judgedMs: number | null;
  readonly documents: readonly DocumentChange[];
  /** Of all groups together; `null` where the devices could not be judged as before. */
  readonly patchStates: { readonly judged: number; readonly changed: number } | null;
  /** `''` for devices in no group. */
  readonly groups: readonly (readonly [group: string, change: GroupChange])[];
}
