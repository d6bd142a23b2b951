import type { Catalogue } from '../catalogue/catalogue.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import type { Assessment, AssessedOs, Coverage, Undetermined } from './assessment.ts';
import { catalogueRange, outsideCatalogue } from './catalogue-range.ts';
import { identifyOs } from './identify-os.ts';
import type { OsCandidate } from './identify-os.ts';
import { findingsOf, noFindings } from './findings.ts';
import type { ProductFindings } from './findings.ts';
import { cvesOf } from './open-cves.ts';
import { missingUpdates } from './missing-updates.ts';
import { patchLevel } from './patch-level.ts';
import type { PatchLevel } from './patch-level.ts';
import {
  applicationVerdict,
  findingsOfApplication,
  openOnProducts,
  productVerdicts,
  softwareVerdict,
} from './product-verdicts.ts';
import { uncoveredSoftware } from './published-software.ts';
import { withoutCutList } from './lines/cut-list.ts';
import { lineOf } from './lines/line-of.ts';
import { reachedLevel } from './lines/reached-level.ts';
import { reachedRollup } from './lines/reached-rollup.ts';
import type { RuleFinding, RuleInput } from './rules/rule.ts';
import { isRollupLine } from './lines/rollup-line.ts';
import { windowsRules } from './rules/rules.ts';
import { servicingLabel } from './servicing-label.ts';
import { judgeSoftware } from './judge-software.ts';

export interface AssessOptions {
  /** `YYYY-MM-DD` (UTC): only updates whose release document was first published on or before it count. */
  readonly asOf: string | null;
}

/** A verdict, and what it counts one by one. */
export interface Judgement {
  readonly assessment: Assessment;
  /** What is open on each of `assessment.products`, in their order; reckoned when asked for. */
  findings(): readonly ProductFindings[];
  /** How far its Windows is behind; `null` where that was not judged. Reckoned when asked for. */
  level(): PatchLevel | null;
}

/** What a device of this patch state still lacks, by what `catalogue` knows. Pure: same input, same result. */
export function assess(state: PatchState, catalogue: Catalogue, options: AssessOptions): Assessment {
  return judge(state, catalogue, options).assessment;
}

/** As `assess`, with what is open on which product and the updates that fix it. */
export function judge(state: PatchState, catalogue: Catalogue, options: AssessOptions): Judgement {
  const { rollupLevelFrom, ...os } = state.os;
  const highest = judgeAt({ ...state, os }, catalogue, options);
  if (rollupLevelFrom === undefined) return highest;
  const lowest = judgeAt({ ...state, os: { ...os, rollupLevel: rollupLevelFrom } }, catalogue, options);
  if (JSON.stringify(highest.assessment.install) === JSON.stringify(lowest.assessment.install)) return highest;
  const detail = `the level can be ${rollupLevelFrom} or ${os.rollupLevel ?? ''}, of two roll-ups that are listed without their states, and the answers differ`;
  const outside = outsideCatalogue(catalogue, options.asOf);
  const unjudged = notAssessed(state, catalogue, { reason: 'no-patch-evidence', detail, outside, ...options });
  return nothingOpen({ ...unjudged, os: highest.assessment.os });
}

/** A device whose level, where one is known, is one. */
function judgeAt(state: PatchState, catalogue: Catalogue, { asOf }: AssessOptions): Judgement {
  const identity = identifyOs(state, catalogue);
  const outside = outsideCatalogue(catalogue, asOf);
  if (identity.kind === 'unidentified') {
    return nothingOpen(
      notAssessed(state, catalogue, { reason: identity.reason, detail: identity.detail, outside, asOf }),
    );
  }
  const answers = identity.candidates.map((os) =>
    assessAs(ruleInput(state, catalogue, { os, ubr: identity.ubr, asOf }), outside),
  );
  const [first] = answers;
  if (first === undefined || answers.some(({ assessment }) => !sameAnswer(assessment, first.assessment))) {
    const names = identity.candidates.map(({ product }) => catalogue.productName(product));
    const detail = `it can be ${names.join(' or ')}, and their answers differ`;
    return nothingOpen(notAssessed(state, catalogue, { reason: 'ambiguous-product', detail, outside, asOf }));
  }
  if (identity.candidates.length === 1) return first;
  const { assessment } = first;
  return { ...first, assessment: { ...assessment, os: { ...assessment.os, productId: null, productName: null } } };
}

function nothingOpen(assessment: Assessment): Judgement {
  return { assessment, findings: () => assessment.products.map(() => noFindings), level: () => null };
}

/** What `assess` says of the operating system, without judging where one published Windows alone fits the device. */
export function identify(state: PatchState, catalogue: Catalogue): AssessedOs {
  const identity = identifyOs(state, catalogue);
  if (identity.kind === 'unidentified') return unidentifiedOs(state);
  const [os] = identity.candidates;
  if (os === undefined || identity.candidates.length > 1) return assess(state, catalogue, { asOf: null }).os;
  return assessedOs({ catalogue, state, os, asOf: null });
}

/** The facts that every rule is given, for one of the published Windows that the device can be. */
export function ruleInput(
  state: PatchState,
  catalogue: Catalogue,
  { os, ubr, asOf }: { readonly os: OsCandidate; readonly ubr: number | undefined; readonly asOf: string | null },
): RuleInput {
  const installed = new Set(state.installedKbs);
  const line = lineOf(catalogue, os);
  const level = isRollupLine(line) ? reachedRollup(line, state, ubr) : reachedLevel(line, state, ubr);
  return { catalogue, state, installed, os, ubr, asOf, line, level };
}

/** Whether both lack the same updates: architectures of one version differ in a few CVEs of each, not in the updates. */
function sameAnswer(a: Assessment, b: Assessment): boolean {
  const essence = ({ coverage, undetermined, missing }: Assessment): string =>
    JSON.stringify([
      coverage,
      undetermined.map(({ reason }) => reason),
      missing.map(({ kb, osBuild, replacedBy }) => [kb, osBuild, replacedBy]),
    ]);
  return essence(a) === essence(b);
}

function assessAs(input: RuleInput, outside: string | undefined): Judgement {
  const { catalogue, state, os } = input;
  const findings = withoutCutList(input, mergeFindings(windowsRules.flatMap((rule) => rule.judge(input) ?? [])));
  const unjudged = findings.flatMap(({ undetermined }) => undetermined);
  const osStop = unjudged.find(
    ({ product, reason }) => product === os.product && reason !== 'no-update-list' && reason !== 'source-suspect',
  );
  const judged = judgeSoftware(input);
  const applications = judged.findings;
  const software = uncoveredSoftware(
    state,
    catalogue,
    os,
    new Set([...judged.software, ...findings.flatMap(({ products }) => products)]),
  );
  const undetermined: Undetermined[] = [
    ...applications.flatMap(({ software: { name }, undetermined: why }) =>
      why === undefined ? [] : [{ product: name, reason: why.reason, detail: why.detail }],
    ),
    ...unjudged.map(({ product, name, reason, detail }) => ({
      product: name ?? catalogue.productName(product),
      reason,
      detail,
    })),
    ...software.map(({ name, reason, detail }): Undetermined => ({ product: name, reason, detail })),
  ];
  const coverage: Coverage =
    osStop !== undefined ? 'not-assessed' : undetermined.length > 0 ? 'partly-assessed' : 'assessed';
  if (outside !== undefined)
    undetermined.push({ product: catalogue.productName(os.product), reason: 'outside-catalogue', detail: outside });
  const counted = osStop === undefined ? findings : findings.map((finding) => ({ ...finding, open: [], lacking: [] }));
  const countedApplications =
    osStop === undefined ? applications : applications.map((finding) => ({ ...finding, open: [], lacking: [] }));
  const dressed = missingUpdates(input, counted, countedApplications);
  const assessment: Assessment = {
    os: assessedOs(input),
    coverage,
    undetermined: undetermined.sort(byProductAndReason),
    products: [
      ...productVerdicts(input, counted, unjudged),
      ...countedApplications.map((finding) => applicationVerdict(catalogue, finding, osStop !== undefined)),
      ...software.map(softwareVerdict),
    ],
    missing: dressed,
    install: dressed
      .filter(({ replacedBy }) => replacedBy === null)
      .map(({ kb }) => kb)
      .sort((a, b) => Number(a) - Number(b)),
    openCves: cvesOf(
      catalogue,
      [...counted, ...countedApplications].flatMap(({ open }) => open),
    ),
    installedRebootNeeded: input.level.pending === undefined ? [] : [input.level.pending],
  };
  const findOpen = (): readonly ProductFindings[] => [
    ...openOnProducts(input, counted).map((each) => findingsOf(catalogue, each)),
    ...countedApplications.map((finding) => findingsOfApplication(catalogue, finding)),
    ...software.map(() => noFindings),
  ];
  return { assessment, findings: findOpen, level: () => (osStop === undefined ? patchLevel(input) : null) };
}

/** Several servicing models can be answerable for the same products: what they found is told together. */
function mergeFindings(findings: readonly RuleFinding[]): readonly RuleFinding[] {
  const merged = new Map<number, RuleFinding>();
  for (const finding of findings) {
    const key = finding.products[0] ?? -1;
    const before = merged.get(key);
    merged.set(key, before === undefined ? finding : mergeTwo(before, finding));
  }
  return [...merged.values()];
}

function mergeTwo(a: RuleFinding, b: RuleFinding): RuleFinding {
  const named = new Set(a.lacking.map(({ kb }) => kb));
  return {
    products: [...new Set([...a.products, ...b.products])],
    open: [...a.open, ...b.open],
    lacking: [...a.lacking, ...b.lacking.filter(({ kb }) => !named.has(kb))],
    undetermined: [...a.undetermined, ...b.undetermined],
    standIns: new Map([...a.standIns, ...b.standIns]),
  };
}

function assessedOs({
  catalogue,
  state,
  os,
  asOf,
}: Pick<RuleInput, 'catalogue' | 'state' | 'os' | 'asOf'>): AssessedOs {
  const { id, name } = catalogue.product(os.product);
  const onDate = asOf ?? catalogueRange(catalogue).newest;
  return {
    productId: id,
    productName: name,
    build: state.os.build,
    architecture: state.os.architecture ?? (os.windows.side === 'server' ? os.windows.architecture : null),
    installationType: state.os.installationType,
    servicing: onDate === null ? null : servicingLabel(os.windows, state.os, onDate),
  };
}

function unidentifiedOs({ os: { build, architecture, installationType } }: PatchState): AssessedOs {
  return { productId: null, productName: null, build, architecture, installationType, servicing: null };
}

function byProductAndReason(a: Undetermined, b: Undetermined): number {
  const left = `${a.product}\n${a.reason}`;
  const right = `${b.product}\n${b.reason}`;
  return left < right ? -1 : left > right ? 1 : 0;
}

interface Unassessed {
  readonly reason: Undetermined['reason'];
  readonly detail: string;
  readonly outside: string | undefined;
  readonly asOf: string | null;
}

function notAssessed(
  state: PatchState,
  catalogue: Catalogue,
  { reason, detail, outside, asOf }: Unassessed,
): Assessment {
  const { os } = state;
  const product = os.name ?? os.build ?? 'operating system';
  // Rules know some of it, yet nothing is judged on a device whose Windows is not known.
  const known = judgeSoftware({ catalogue, state, installed: new Set(state.installedKbs), asOf });
  const software = uncoveredSoftware(state, catalogue, undefined, known.software);
  const untold = 'it is not judged on a device whose operating system could not be';
  const undetermined: Undetermined[] = [
    { product, reason, detail },
    ...known.findings.map(({ software: { name } }): Undetermined => ({ product: name, reason, detail: untold })),
    ...software.map((each): Undetermined => ({
      product: each.name,
      reason: each.reason,
      detail: each.detail,
    })),
  ];
  if (outside !== undefined) undetermined.push({ product, reason: 'outside-catalogue', detail: outside });
  return {
    os: unidentifiedOs(state),
    coverage: 'not-assessed',
    undetermined: undetermined.sort(byProductAndReason),
    products: [
      ...known.findings.map((finding) => applicationVerdict(catalogue, { ...finding, open: [], lacking: [] }, true)),
      ...software.map(softwareVerdict),
    ],
    missing: [],
    install: [],
    openCves: [],
    installedRebootNeeded: [],
  };
}
