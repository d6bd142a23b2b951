import type { RuleInput, SoftwareFinding } from './rules/rule.ts';
import { softwareRules } from './rules/rules.ts';

/** What the rules for installed software found, and which of the reported software that covers. */
export interface JudgedSoftware {
  readonly findings: readonly SoftwareFinding[];
  readonly software: ReadonlySet<unknown>;
}

/** Judges the device's software, each product and version once however many entries name it. */
export function judgeSoftware({ catalogue, state, installed, asOf }: RuleInput): JudgedSoftware {
  const covered = new Set<unknown>();
  const findings = new Map<string, SoftwareFinding>();
  for (const software of state.software) {
    for (const rule of softwareRules) {
      const finding = rule.judge({ catalogue, software, installed, asOf });
      if (finding === undefined) continue;
      covered.add(software);
      const key = `${finding.product} ${finding.software.version ?? ''}`;
      if (!findings.has(key)) findings.set(key, finding);
      break;
    }
  }
  return { findings: [...findings.values()], software: covered };
}
