import type { KbNumber } from '../terms/kb-number.ts';
import type { ProductId } from '../terms/product-id.ts';
import type { ReleaseId } from '../terms/release-id.ts';
import type { UpdateKind } from '../terms/update-kind.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';

/** Why something could not be judged: the closed list of the verdict's specification, section 7. */
export const undeterminedReasons = [
  'no-os-identity',
  'unrecognised-build',
  'ambiguous-product',
  'conflicting-evidence',
  'no-patch-evidence',
  'end-of-servicing',
  'outside-catalogue',
  'product-not-covered',
  'version-unknown',
  'branch-unknown',
  'no-fixed-version',
  'no-update-list',
  'unreadable-version',
  'source-suspect',
] as const;
export type UndeterminedReason = (typeof undeterminedReasons)[number];

/** `assessed`: every product found was judged; `partly-assessed`: the OS was, something else not; else `not-assessed`. */
export type Coverage = 'assessed' | 'partly-assessed' | 'not-assessed';

export interface Undetermined {
  /** Name of the product, or of the device's operating system. */
  readonly product: string;
  readonly reason: UndeterminedReason;
  /** One sentence for a technician. */
  readonly detail: string;
}

export type ServicingLabel = 'supported' | 'esu' | 'end-of-servicing';

/** The operating system as matched; what could not be told is `null`. */
export interface AssessedOs {
  readonly productId: ProductId | null;
  readonly productName: string | null;
  readonly build: string | null;
  readonly architecture: string | null;
  readonly installationType: string | null;
  readonly servicing: ServicingLabel | null;
}

/** An update that the device lacks. Key order is that of `kbgap-assessment/1`. */
export interface MissingUpdate {
  readonly kb: KbNumber;
  readonly name: string;
  readonly kind: UpdateKind;
  readonly releaseId: ReleaseId;
  readonly osBuild: number | null;
  readonly productsNames: readonly string[];
  readonly url: string;
  readonly cveAddressed: number;
  readonly replacedBy: KbNumber | null;
  /** Still open on this device and fixed by this update; sorted, no advisories. */
  readonly cves: readonly VulnerabilityId[];
}

/** How one product of the device ended. `productId` is `null` for software that maps to no published product. */
export interface ProductVerdict {
  readonly productId: ProductId | null;
  readonly name: string;
  /** `microsoft` / `adobe`, and the slug that Defender would use (`windows_10`, `edge`). */
  readonly vendor: string;
  readonly slug: string;
  readonly version: string | null;
  readonly verdict: 'missing' | 'remediated' | 'undetermined';
  readonly openCves: number;
  /** Missing updates scoped to this product alone: the answer of `/api/Software/{id}/getmissingkbs`. */
  readonly missing: readonly { readonly kb: KbNumber; readonly cveAddressed: number }[];
}

/** The verdict on one patch state under one catalogue and as-of date. */
export interface Assessment {
  readonly os: AssessedOs;
  readonly coverage: Coverage;
  readonly undetermined: readonly Undetermined[];
  readonly products: readonly ProductVerdict[];
  /** Newest release first, then by KB number; always the whole list (`all`). */
  readonly missing: readonly MissingUpdate[];
  /** KBs of `missing` with `replacedBy: null`, ascending. */
  readonly install: readonly KbNumber[];
  /** Distinct CVEs open with or without a KB; sorted, no advisories. */
  readonly openCves: readonly VulnerabilityId[];
  /** Updates of Windows in the list whose build lies above the running one: covered, but effective after the next restart. */
  readonly installedRebootNeeded: readonly KbNumber[];
}
