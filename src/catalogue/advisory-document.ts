import type { KbNumber } from '../terms/kb-number.ts';
import type { ProductId } from '../terms/product-id.ts';
import type { ReleaseId } from '../terms/release-id.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';

/** What one monthly document says, in kbgap's words: the input from which a catalogue is compiled. */
export interface AdvisoryDocument {
  readonly id: ReleaseId;
  /** `March 2020 Security Updates`. */
  readonly title: string;
  /** UTC instants, ISO 8601 with `Z`. */
  readonly initialReleaseAt: string;
  readonly currentReleaseAt: string;
  /** `sha256:…` of the document as published, uncompressed. */
  readonly hash: string;
  readonly products: readonly AdvisoryProduct[];
  readonly vulnerabilities: readonly AdvisoryVulnerability[];
  readonly counts: DocumentCounts;
  /** By KB, each pair once. Absent in catalogues that an older kbgap compiled. */
  readonly knownIssues?: readonly KnownIssue[];
}

/** A support article that tells of known issues of an update. */
export interface KnownIssue {
  readonly kb: KbNumber;
  readonly url: string;
}

/** What stood in the document, counted while reading, records that were set aside included. */
export interface DocumentCounts {
  readonly vulnerabilities: number;
  readonly vendorFixRows: number;
  /** Vendor Fix rows whose Description is a KB number. */
  readonly kbRows: number;
  /** Of these, rows for a Windows or a component on it: a document without any is a draft or of other products only. */
  readonly windowsKbRows: number;
  readonly setAside: number;
}

export interface AdvisoryProduct {
  readonly id: ProductId;
  readonly name: string;
  /** `Windows`, `ESU`, `Microsoft Office` …; `null` for ids that stand in the flat list only. */
  readonly family: string | null;
}

/** MSRC's own scale. */
export const severities = ['Critical', 'Important', 'Moderate', 'Low'] as const;
export type Severity = (typeof severities)[number];

export interface AdvisoryVulnerability {
  readonly id: VulnerabilityId;
  readonly exploited: boolean;
  /** One entry per severity that occurs; products without one are left out. */
  readonly severities: readonly { readonly severity: Severity; readonly products: readonly ProductId[] }[];
  /** Highest first. Absent in catalogues that an older kbgap compiled. */
  readonly scores?: readonly AdvisoryScore[];
  readonly remediations: readonly AdvisoryRemediation[];
}

/** A CVSS rating. */
export interface AdvisoryScore {
  /** 0 to 10 with one decimal. */
  readonly baseScore: number;
  /** `CVSS:3.1/AV:L/AC:L/…` */
  readonly vector: string;
  /** Sorted; empty where the vulnerability has this one score for all its products. */
  readonly products: readonly ProductId[];
}

/** One Vendor Fix row. Texts are trimmed; an absent text is `''`. */
export interface AdvisoryRemediation {
  /** `null` where the Description is no KB number: "Click to Run", "Release Notes", a Linux package. */
  readonly kb: KbNumber | null;
  /** The Description where it is no KB number. */
  readonly description: string;
  readonly subType: string;
  /** As published; `parseFixedVersion` reads it. */
  readonly fixedBuild: string;
  /** As published: two KBs (5002191, 5077469) name themselves. */
  readonly supersedes: readonly KbNumber[];
  readonly url: string;
  readonly restartRequired: string;
  /** Sorted by code point, each once. */
  readonly products: readonly ProductId[];
}

/** A record that could not be used, with the place where it stands and why. */
export interface SetAsideRecord {
  readonly document: string;
  /** `Vulnerability[12]/Remediation[3]`, counted from 1. */
  readonly element: string;
  readonly reason: string;
}
