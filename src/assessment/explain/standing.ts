import type { KbNumber } from '../../terms/kb-number.ts';
import { ruleInput } from '../assess.ts';
import type { UndeterminedReason } from '../assessment.ts';
import { dotnetLines } from '../lines/dotnet-line.ts';
import { parseVersion } from '../lines/version.ts';
import type { RuleInput } from '../rules/rule.ts';
import { windowsRules } from '../rules/rules.ts';
import type { JudgedDevice } from './judged-device.ts';
import { isMisfiledOnly, isOfLine, isSuspect } from './line-obligations.ts';
import type { Obligation } from './obligations.ts';
import type { Part, SoftwarePart, WindowsPart } from './parts.ts';
import { releaseOf } from './releases.ts';

/** How one obligation stands on the device, by what the rules found. */
export type Standing =
  | { readonly kind: 'open' | 'closed' }
  | { readonly kind: 'undecided'; readonly reason: UndeterminedReason; readonly detail: string }
  /** All that closes it came after the as-of date. */
  | { readonly kind: 'later' }
  /** Its rows open nothing: servicing stacks, rows of another Windows. */
  | { readonly kind: 'opens-nothing' };

/** Tells how the obligations of one device stand. */
export class Standings {
  private readonly judged: JudgedDevice;
  private readonly open: ReadonlyMap<Part, ReadonlySet<string>>;
  private unlisted: ReadonlySet<string> | undefined;

  constructor(judged: JudgedDevice) {
    this.judged = judged;
    this.open = new Map(judged.parts.map((part) => [part, new Set(part.open.map((each) => keyOf(part, each)))]));
  }

  of(obligation: Obligation): Standing {
    const { part } = obligation;
    if (this.open.get(part)?.has(keyOf(part, obligation)) === true) return { kind: 'open' };
    if (obligation.fixes.every(({ remediation: { kb } }) => this.isLater(kb, obligation))) return { kind: 'later' };
    switch (part.kind) {
      case 'uncovered':
        return { kind: 'undecided', reason: part.software.reason, detail: part.software.detail };
      case 'software':
        return ofSoftware(obligation, part);
      case 'windows':
      case 'dotnet-framework':
      case 'flash-player':
        return this.ofWindows(obligation, part);
    }
  }

  private isLater(kb: KbNumber | null, obligation: Obligation): boolean {
    const { options, input } = this.judged;
    const { part, vulnerability } = obligation;
    const ofOthers = part.kind === 'windows' && input !== undefined && isSuspect(input.line, obligation);
    return options.asOf !== null && releaseOf(this.judged, ofOthers ? null : kb, vulnerability) > options.asOf;
  }

  private ofWindows(obligation: Obligation, part: WindowsPart): Standing {
    const { input } = this.judged;
    if (input === undefined || obligation.fixes.every(({ remediation }) => remediation.kb === null))
      return { kind: 'opens-nothing' };
    const own = part.kind === 'windows';
    if (own && !isOfLine(input.line, obligation)) return { kind: 'opens-nothing' };
    const misfiled = own ? isMisfiledOnly(input.line, obligation) : isDotnetSuspect(input, obligation);
    for (const { product, reason, detail, kbs } of part.findings.flatMap(({ finding }) => finding.undetermined)) {
      const suspect = misfiled && (own ? isWithin(obligation, input) : product === obligation.product);
      const concerns =
        reason === 'no-update-list' ? this.needsList(obligation, kbs) : reason === 'source-suspect' && suspect;
      if (concerns) return { kind: 'undecided', reason, detail };
    }
    return { kind: misfiled && isAfterTheEnd(obligation, input) ? 'opens-nothing' : 'closed' };
  }

  private needsList({ vulnerability, product, fixes }: Obligation, kbs: readonly KbNumber[] = []): boolean {
    return (
      this.opensWithList().has(`${vulnerability} ${product}`) ||
      fixes.some(({ remediation: { kb } }) => kb !== null && kbs.includes(kb))
    );
  }

  /** What would be open if the list were known to be whole: where it is not, nobody can tell. */
  private opensWithList(): ReadonlySet<string> {
    const { input, state, catalogue } = this.judged;
    if (this.unlisted !== undefined || input === undefined) return this.unlisted ?? new Set();
    const whole = ruleInput({ ...state, updateList: 'complete' }, catalogue, input);
    const open = windowsRules.flatMap((rule) => rule.judge(whole)?.open ?? []);
    this.unlisted = new Set(open.map(({ vulnerability, product }) => `${vulnerability} ${product}`));
    return this.unlisted;
  }
}

function publishedOn({ vulnerability }: Obligation, { catalogue }: RuleInput): string {
  return catalogue.vulnerabilityDocument(vulnerability).initialReleaseAt.slice(0, 10);
}

function isAfterTheEnd(obligation: Obligation, input: RuleInput): boolean {
  return publishedOn(obligation, input) > (input.line.packages.at(-1)?.releasedOn ?? '');
}

/** Published after the level that the device has reached, which would carry it, and before the end of the line. */
function isWithin(obligation: Obligation, input: RuleInput): boolean {
  const reached = input.line.packages[input.level.place]?.releasedOn ?? '';
  return publishedOn(obligation, input) > reached && !isAfterTheEnd(obligation, input);
}

function isDotnetSuspect(input: RuleInput, { vulnerability, product }: Obligation): boolean {
  return dotnetLines(input).some((line) => line.product === product && line.suspects.includes(vulnerability));
}

/** A finding on software is of all its products together. */
function keyOf(
  part: Part,
  { vulnerability, product }: { readonly vulnerability: number; readonly product: number },
): string {
  return part.kind === 'software' ? String(vulnerability) : `${vulnerability} ${product}`;
}

function ofSoftware(obligation: Obligation, { finding: { undetermined } }: SoftwarePart): Standing {
  if (undetermined === undefined) return { kind: 'closed' };
  const { reason, detail, vulnerabilities } = undetermined;
  const concerns = vulnerabilities?.includes(obligation.vulnerability) ?? concernsRows(reason, obligation);
  return concerns ? { kind: 'undecided', reason, detail } : { kind: 'closed' };
}

/** Whether a reason that names no vulnerabilities is about one with these fixes. */
function concernsRows(reason: UndeterminedReason, { fixes }: Obligation): boolean {
  switch (reason) {
    case 'no-os-identity':
    case 'unrecognised-build':
    case 'ambiguous-product':
    case 'conflicting-evidence':
    case 'no-patch-evidence':
    case 'product-not-covered':
    case 'version-unknown':
    case 'branch-unknown':
    case 'no-update-list':
    case 'unreadable-version':
      return true;
    case 'no-fixed-version':
    case 'source-suspect':
      return fixes.every(({ remediation }) => parseVersion(remediation.fixedBuild) === undefined);
    // What was published since has no row for the product: its own rows were judged.
    case 'end-of-servicing':
    case 'outside-catalogue':
      return false;
  }
}
