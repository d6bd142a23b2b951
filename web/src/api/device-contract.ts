import type { Coverage, Day, DeviceRow, Instant, JoinedUpdate, Reason, Verdict } from './contract.ts';

// GET /v1/devices/{id}, and why a subject has the verdict that it has.

export interface DeviceFacts {
  readonly sources: readonly {
    readonly source: string;
    readonly format: string;
    readonly class: string | null;
    readonly observedAt: Instant | null;
    readonly receivedAt: Instant;
  }[];
  readonly facts: readonly {
    readonly fact: string;
    readonly value: string;
    readonly sources: readonly { readonly source: string; readonly at: Instant | null; readonly class: string }[];
  }[];
  readonly contradictions: readonly {
    readonly fact: string;
    readonly said: readonly { readonly source: string; readonly at: Instant | null; readonly value: string }[];
    readonly counts: string;
  }[];
  readonly opinions: readonly {
    readonly source: string;
    readonly kb: string;
    readonly verdict: string;
    readonly title?: string;
  }[];
}

export interface DeviceProduct {
  readonly productId: string | null;
  readonly name: string;
  readonly vendor: string;
  readonly slug: string;
  readonly version: string | null;
  readonly verdict: Verdict;
  readonly openCves: number;
  readonly missing: readonly string[];
}

/** What held until an instant; `null`: it holds now. */
export interface DeviceMoment {
  readonly until: Instant | null;
  readonly build: string | null;
  readonly coverage: Coverage | null;
  readonly missing: number | null;
  readonly openCves: number | null;
}

export interface DeviceDetail extends DeviceRow {
  readonly installedRebootNeeded: readonly string[];
  readonly lifecycle: {
    readonly date: Day | null;
    readonly channels: readonly { readonly channel: string; readonly end: Day | null; readonly esuEnd: Day | null }[];
  } | null;
  readonly undetermined: readonly { readonly product: string; readonly reason: Reason; readonly detail: string }[];
  readonly toInstall: readonly (JoinedUpdate & { readonly replaces: readonly string[] })[];
  readonly missingUpdates: readonly JoinedUpdate[];
  readonly products: readonly DeviceProduct[];
  readonly facts: DeviceFacts;
  readonly history: readonly DeviceMoment[];
}

export interface Why {
  readonly subject: { readonly kb: string } | { readonly vulnerability: string };
  readonly verdict: Verdict;
  readonly reason: Reason | null;
  readonly rule: string;
  readonly facts: readonly { readonly fact: string; readonly value: string; readonly source: string }[];
  readonly documents: readonly { readonly releaseId: string; readonly revisedAt: Instant; readonly hash: string }[];
  readonly rows: readonly {
    readonly vulnerability: string;
    readonly kb: string | null;
    readonly subType: string;
    readonly product: string;
    readonly fixedBuild: string | null;
    readonly releaseId: string;
  }[];
  readonly because: readonly string[];
  readonly wouldFlip: readonly string[];
}
