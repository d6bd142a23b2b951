import type { KbNumber } from '../terms/kb-number.ts';
import type { ProductId } from '../terms/product-id.ts';
import type { ReleaseId } from '../terms/release-id.ts';

/** One monthly CVRF document of the catalogue. Dates are UTC instants, ISO 8601. */
export interface ReleaseDocument {
  readonly id: ReleaseId;
  /** As published: `March 2020 Security Updates`, or with "Early" in drafts. */
  readonly title: string;
  readonly initialReleaseAt: string;
  readonly currentReleaseAt: string;
  /** `sha256:…` of the document's bytes before compression. */
  readonly hash: string;
}

/** Summary for `catalog info`, `/v1/status` and the head of an assessment. */
export interface CatalogueSummary {
  /** `sha256:…` over the uncompressed catalogue. */
  readonly id: string;
  readonly newestRelease: ReleaseId | null;
  readonly currentTo: string | null;
}

export type { KbNumber, ProductId, ReleaseId };
