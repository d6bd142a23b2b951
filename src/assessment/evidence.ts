import type { KbNumber } from '../terms/kb-number.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';

/** Why an update (or a vulnerability) ended as it did on one device; built on demand. */
export interface Evidence {
  readonly subject: { readonly kb: KbNumber } | { readonly vulnerability: VulnerabilityId };
  readonly verdict: 'missing' | 'remediated' | 'undetermined' | 'not-applicable';
  /** Id of the rule that judged, e.g. `windows-cumulative`. */
  readonly rule: string;
  /** What the device said that counted: `os.build` = `10.0.18363.657` … */
  readonly facts: readonly { readonly fact: string; readonly value: string }[];
  /** The advisory documents relied on, with their revision and hash. */
  readonly documents: readonly { readonly releaseId: string; readonly revisedAt: string; readonly hash: string }[];
  /** The rows relied on. */
  readonly rows: readonly {
    readonly vulnerability: VulnerabilityId;
    readonly kb: KbNumber | null;
    readonly product: string;
    readonly fixedBuild: string | null;
    readonly releaseId: string;
  }[];
  /** Sentences a technician understands, in order. */
  readonly because: readonly string[];
  /** What would turn the verdict, one sentence each. */
  readonly wouldFlip: readonly string[];
}
