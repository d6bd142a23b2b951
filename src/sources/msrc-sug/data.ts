import type { Severity } from '../../catalogue/advisory-document.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { ProductId } from '../../terms/product-id.ts';
import type { VulnerabilityId } from '../../terms/vulnerability-id.ts';

/** What the Security Update Guide's own API says of one vulnerability on one product. */
export interface SugOpinion {
  readonly cve: VulnerabilityId;
  readonly productId: ProductId;
  readonly product: string;
  readonly severity: Severity | null;
  readonly baseScore: number | null;
  readonly vector: string | null;
  /** UTC day of the row's last revision. */
  readonly revisedOn: string;
  readonly fixes: readonly SugFix[];
}

export interface SugFix {
  readonly kb: KbNumber;
  readonly fixedBuild: string;
  readonly supersedes: readonly KbNumber[];
}

/** A row of `deployment`: an update for a product, without its vulnerabilities. */
export interface SugDeployment {
  readonly kb: KbNumber;
  readonly productId: ProductId;
  readonly product: string;
  readonly releasedOn: string;
  readonly supersedes: readonly KbNumber[];
}

/** A row of `advisory`. */
export interface SugAdvisory {
  readonly id: VulnerabilityId;
  readonly releasedOn: string;
}

/** Each list sorted by its ids, each pair once. */
export interface SugData {
  readonly opinions: readonly SugOpinion[];
  readonly deployments: readonly SugDeployment[];
  readonly advisories: readonly SugAdvisory[];
}
