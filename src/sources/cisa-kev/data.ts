import type { VulnerabilityId } from '../../terms/vulnerability-id.ts';

/** A vulnerability that CISA knows to be exploited. Days are UTC. */
export interface KevEntry {
  readonly cve: VulnerabilityId;
  readonly addedOn: string;
  /** By when US federal agencies must have acted; `null` where it is not given. */
  readonly dueOn: string | null;
  /** Whether it is known from ransomware campaigns; CISA says `Known` or `Unknown`, which is `false` here. */
  readonly ransomware: boolean;
}

/** Ascending by CVE, each once. */
export interface KevData {
  readonly entries: readonly KevEntry[];
}
