import type { Severity } from '../../catalogue/advisory-document.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { ProductId } from '../../terms/product-id.ts';
import type { VulnerabilityId } from '../../terms/vulnerability-id.ts';

/** What MSRC's CSAF file says of one vulnerability. */
export interface CsafAdvisory {
  readonly cve: VulnerabilityId;
  /** UTC instant of the revision. */
  readonly revisedAt: string;
  readonly version: string;
  readonly severity: Severity | null;
  /** The highest base score, with its vector. */
  readonly baseScore: number | null;
  readonly vector: string | null;
  readonly exploited: boolean;
  readonly fixes: readonly CsafFix[];
}

/** A `vendor_fix` for one product. */
export interface CsafFix {
  /** The CVRF id, which CSAF gives to the fixed version. */
  readonly productId: ProductId | null;
  readonly product: string;
  readonly fixedBuild: string;
  readonly subType: string;
  readonly url: string;
  readonly kb: KbNumber | null;
}

/** Ascending by CVE, each once. */
export interface CsafData {
  readonly advisories: readonly CsafAdvisory[];
}
