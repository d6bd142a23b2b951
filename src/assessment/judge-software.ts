import { isOfPublisher } from '../inventory/facts/publisher.ts';
import { judgeOnce } from './software-memory.ts';
import type { RuleInput, SoftwareFinding, SoftwareInput } from './rules/rule.ts';
import { softwareRules } from './rules/rules.ts';

/** What the rules for installed software found, and which of the reported software that covers. */
export interface JudgedSoftware {
  readonly findings: readonly SoftwareFinding[];
  readonly software: ReadonlySet<unknown>;
}

/** Judges the device's software, each product and version once however many entries name it. */
export function judgeSoftware({
  catalogue,
  state,
  installed,
  asOf,
}: Pick<RuleInput, 'catalogue' | 'state' | 'installed' | 'asOf'>): JudgedSoftware {
  const covered = new Set<unknown>();
  const findings = new Map<string, SoftwareFinding>();
  for (const software of state.software) {
    const { software: reported, updateList } = state;
    const finding = judgeOnce({ catalogue, software, reported, installed, asOf, updateList }, judge);
    if (finding === undefined) continue;
    covered.add(software);
    const key = `${finding.products.join(' ')} ${finding.software.version ?? ''}`;
    if (!findings.has(key)) findings.set(key, finding);
  }
  return { findings: [...findings.values()], software: covered };
}

/** By the first rule that knows it. What another maker calls by the name of a product is none. */
function judge(input: SoftwareInput): SoftwareFinding | undefined {
  if (!isOfPublisher(input.software.vendor)) return undefined;
  for (const rule of softwareRules) {
    const finding = rule.judge(input);
    if (finding !== undefined) return finding;
  }
  return undefined;
}
