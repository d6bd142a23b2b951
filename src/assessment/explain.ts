import type { Catalogue } from '../catalogue/catalogue.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import { formatKb } from '../terms/kb-number.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import { assess, ruleInput } from './assess.ts';
import type { AssessOptions } from './assess.ts';
import type { Assessment, MissingUpdate } from './assessment.ts';
import type { Evidence } from './evidence.ts';
import { tellSoftware } from './explain-software.ts';
import { identifyOs } from './identify-os.ts';
import { isRollupLine } from './lines/rollup-line.ts';
import type { RuleInput, SoftwareFinding } from './rules/rule.ts';
import { judgeSoftware } from './judge-software.ts';

/** What `explain` is asked about. */
export type ExplainSubject = Evidence['subject'];

/**
 * Why an update or a vulnerability is missing, remediated or undetermined on a device of this patch state. Built on
 * demand: a plain verdict does not pay for it. Pure, like the verdict.
 */
export function explain(
  state: PatchState,
  catalogue: Catalogue,
  subject: ExplainSubject,
  options: AssessOptions,
): Evidence {
  const assessment = assess(state, catalogue, options);
  const identity = identifyOs(state, catalogue);
  const [os] = identity.kind === 'identified' ? identity.candidates : [];
  const input =
    identity.kind === 'identified' && os !== undefined
      ? ruleInput(state, catalogue, { os, ubr: identity.ubr, asOf: options.asOf })
      : undefined;
  const software = input === undefined ? [] : judgeSoftware(input).findings;
  const products = productsOf(assessment, catalogue, software);
  const rows = relevantRows(catalogue, subject, input, products);
  const told = tell({ catalogue, subject, assessment, input, rows, options, software });
  return {
    subject,
    verdict: told.verdict,
    rule: told.rule,
    facts: factsOf(state, input),
    documents: documentsOf(catalogue, rows),
    rows: rows.map((row) => evidenceRow(catalogue, row)),
    because: told.because,
    wouldFlip: told.wouldFlip,
  };
}

interface Row {
  readonly row: number;
  readonly product: number;
}

interface Telling {
  readonly catalogue: Catalogue;
  readonly subject: ExplainSubject;
  readonly assessment: Assessment;
  readonly input: RuleInput | undefined;
  readonly rows: readonly Row[];
  readonly options: AssessOptions;
  readonly software: readonly SoftwareFinding[];
}

type Told = Pick<Evidence, 'verdict' | 'rule' | 'because' | 'wouldFlip'>;

/** Rows of the subject for the device's own products; for an update whose own rows are lost, those that stand in. */
function relevantRows(
  catalogue: Catalogue,
  subject: ExplainSubject,
  input: RuleInput | undefined,
  others: ReadonlySet<number>,
): readonly Row[] {
  if (input === undefined) return [];
  const products = [...new Set([...deviceProducts(input), ...others])];
  const standIn = 'kb' in subject ? input.line.standIns.get(subject.kb) : undefined;
  if (standIn !== undefined) products.push(standIn);
  const rows = 'kb' in subject ? catalogue.rowsOfKb(subject.kb) : catalogue.rowsOfVulnerability(subject.vulnerability);
  return [...rows].flatMap((row) => {
    const inRow = catalogue.rowProducts(row);
    return products.filter((product) => inRow.includes(product)).map((product) => ({ row, product }));
  });
}

/** Every published product that some verdict is about, and those of the servicing lines of installed software. */
function productsOf(
  { products }: Assessment,
  catalogue: Catalogue,
  software: readonly SoftwareFinding[],
): ReadonlySet<number> {
  const judged = products.flatMap(({ productId }) =>
    productId === null ? [] : (catalogue.findProduct(productId) ?? []),
  );
  return new Set([...judged, ...software.flatMap((finding) => finding.products)]);
}

function deviceProducts({ line, os, catalogue }: RuleInput): number[] {
  const flash = catalogue
    .componentsOn(catalogue.product(os.product).id)
    .filter((component) => catalogue.productName(component).startsWith('Adobe Flash Player'));
  return [...line.products.map(({ product }) => product), ...(os.windows.core ? [] : flash)];
}

function tell(telling: Telling): Told {
  const { assessment, subject, input, rows } = telling;
  const stop = assessment.undetermined.find(({ reason }) => reason !== 'outside-catalogue');
  if (assessment.coverage === 'not-assessed' || input === undefined) {
    const because = stop === undefined ? [] : [`The device could not be judged: ${stop.detail} (${stop.reason}).`];
    return { verdict: 'undetermined', rule: 'none', because, wouldFlip: flipsOfReason(stop?.reason) };
  }
  const own = softwareOf(telling);
  if (own !== undefined)
    return tellSoftware(
      telling.catalogue,
      own,
      subject,
      rows.map(({ row }) => row),
    );
  return 'kb' in subject
    ? tellUpdate(telling, subject.kb, input)
    : tellVulnerability(telling, subject.vulnerability, input, rows);
}

/** The installed software that the subject is of: the one it is open on, else the first with a row of it; none where Windows has one. */
function softwareOf({ software, rows, subject, catalogue, input }: Telling): SoftwareFinding | undefined {
  const ofWindows = new Set(input === undefined ? [] : deviceProducts(input));
  if (rows.some(({ product }) => ofWindows.has(product))) return undefined;
  const named = software.filter(({ products }) => rows.some(({ product }) => products.includes(product)));
  return (
    named.find(({ open }) =>
      open.some(({ vulnerability, kbs }) =>
        'kb' in subject ? kbs.includes(subject.kb) : catalogue.vulnerabilityId(vulnerability) === subject.vulnerability,
      ),
    ) ?? named[0]
  );
}

function tellUpdate({ catalogue, assessment, rows, options }: Telling, kb: KbNumber, input: RuleInput): Told {
  const missing = assessment.missing.find((each) => each.kb === kb);
  const rule = ruleOf(missing, rows, input);
  if (missing !== undefined) return { verdict: 'missing', rule, ...whyMissing(missing, input) };
  const place = input.line.placeOf.get(kb);
  if (input.installed.has(kb)) {
    const because = [`${formatKb(kb)} is in the device's update list as installed.`];
    const running =
      input.level.pending === kb ? [`The running build is older: it takes effect with the next restart.`] : [];
    return {
      verdict: 'remediated',
      rule,
      because: [...because, ...running],
      wouldFlip: [`An update list without ${formatKb(kb)} and a lower build.`],
    };
  }
  const release = catalogue.findRelease(kb);
  if (release === undefined) {
    return notApplicable(
      rule,
      `No advisory document of the catalogue names ${formatKb(kb)}.`,
      'A catalogue with a document that names it.',
    );
  }
  if (options.asOf !== null && release.releasedOn > options.asOf) {
    return notApplicable(
      rule,
      `${formatKb(kb)} was released on ${release.releasedOn}, after the as-of date ${options.asOf}.`,
      'A later as-of date.',
    );
  }
  if (place !== undefined && place <= input.level.place) {
    return {
      verdict: 'remediated',
      rule,
      because: [
        levelSentence(input),
        `${formatKb(kb)}${buildOf(input, place)} stands at or before it on the same line, and cumulative updates carry every earlier fix.`,
      ],
      wouldFlip: [
        `A build below${buildOf(input, place) || ` that of ${formatKb(kb)}`} and no later update in the list.`,
      ],
    };
  }
  if (rows.length === 0) {
    return notApplicable(
      rule,
      `No row of the catalogue names ${formatKb(kb)} for ${assessment.os.productName ?? 'this Windows'} or a part of it.`,
      'Another version of Windows on the device.',
    );
  }
  const unknown = assessment.undetermined.find(({ detail }) => detail.includes(kb));
  if (unknown !== undefined) {
    return {
      verdict: 'undetermined',
      rule,
      because: [`${unknown.detail} (${unknown.reason}).`],
      wouldFlip: flipsOfReason(unknown.reason),
    };
  }
  const instead = isRollupLine(input.line) ? takenInstead(kb, assessment, input) : [];
  if (instead.length > 0) {
    return notApplicable(
      rule,
      `${formatKb(kb)} is an alternative for part of what is open; ${instead.map(formatKb).join(', ')} closes all of it and is offered instead.`,
      `${formatKb(kb)} in the update list as installed.`,
    );
  }
  if (place === undefined && !isRollupLine(input.line) && input.line.sidePackages.get(kb) === undefined) {
    return notApplicable(
      rule,
      `The rows that name ${formatKb(kb)} for this Windows are distrusted or not offered: it belongs to another line, or is an alternative that the device is not on.`,
      'The update in the list of the device as installed.',
    );
  }
  return {
    verdict: 'remediated',
    rule,
    because: [
      levelSentence(input),
      `Every vulnerability that ${formatKb(kb)} fixes here is closed by what the device has.`,
    ],
    wouldFlip: ['A lower build, or an update list that lacks what closes them.'],
  };
}

/** Offered updates that close what this one would close too: a rollup in the place of a Security Only update. */
function takenInstead(kb: KbNumber, { missing }: Assessment, { catalogue }: RuleInput): readonly KbNumber[] {
  const fixes = new Set(
    Array.from(catalogue.rowsOfKb(kb), (row) => catalogue.vulnerabilityId(catalogue.rowVulnerability(row))),
  );
  return missing.filter(({ cves }) => cves.some((cve) => fixes.has(cve))).map((each) => each.kb);
}

function tellVulnerability(
  { catalogue, assessment, options }: Telling,
  id: VulnerabilityId,
  input: RuleInput,
  rows: readonly Row[],
): Told {
  const rule = ruleOf(undefined, rows, input);
  if (rows.length === 0) {
    return notApplicable(
      rule,
      `No Vendor Fix row names ${id} for ${assessment.os.productName ?? 'this Windows'} or a part of it.`,
      'A catalogue revision that names it.',
    );
  }
  const fixing = assessment.missing.filter(({ cves }) => cves.includes(id));
  const named = [...new Set(rows.flatMap(({ row }) => catalogue.remediation(catalogue.rowRemediation(row)).kb ?? []))];
  const names = named.map(formatKb).join(', ');
  if (assessment.openCves.includes(id)) {
    const fix =
      fixing.length === 0
        ? 'No update with a KB number closes it yet.'
        : `${fixing.map(({ kb }) => formatKb(kb)).join(', ')} closes it.`;
    const suspect = fixing.every(({ kb }) => !named.includes(kb))
      ? [
          `The documents name ${names}, which belongs to another line of updates: the device's own update of the same document is taken.`,
        ]
      : [];
    return {
      verdict: 'missing',
      rule,
      because: [`${id} is open: the documents name ${names} for it.`, ...suspect, levelSentence(input), fix],
      wouldFlip: fixing.map(({ kb }) => `${formatKb(kb)} installed, or a later update of its line.`),
    };
  }
  if (
    options.asOf !== null &&
    named.every((kb) => (catalogue.findRelease(kb)?.releasedOn ?? '') > (options.asOf ?? ''))
  ) {
    return notApplicable(rule, `${names} came after the as-of date ${options.asOf}.`, 'A later as-of date.');
  }
  const unknown = assessment.undetermined.find(({ detail }) => named.some((kb) => detail.includes(kb)));
  if (unknown !== undefined)
    return {
      verdict: 'undetermined',
      rule,
      because: [`${unknown.detail} (${unknown.reason}).`],
      wouldFlip: flipsOfReason(unknown.reason),
    };
  return {
    verdict: 'remediated',
    rule,
    because: [levelSentence(input), `${names} fixes ${id}; the device has it or a later update of its line.`],
    wouldFlip: ['A lower build, or an update list without what closes it.'],
  };
}

function whyMissing(missing: MissingUpdate, input: RuleInput): Pick<Evidence, 'because' | 'wouldFlip'> {
  const place = input.line.placeOf.get(missing.kb);
  const because = [levelSentence(input)];
  if (place !== undefined)
    because.push(
      `${formatKb(missing.kb)}${buildOf(input, place)} stands after it on the same line of ${isRollupLine(input.line) ? 'rollups' : 'cumulative updates'}.`,
    );
  else because.push(`The update list does not name ${formatKb(missing.kb)} or an update that replaces it.`);
  because.push(`It fixes ${missing.cves.length} CVEs that are open on this device.`);
  if (missing.replacedBy !== null) because.push(`${formatKb(missing.replacedBy)} replaces it: install that one.`);
  if (input.line.standIns.has(missing.kb))
    because.push(
      'The product has lost its own rows in the documents; those of the same version for another architecture stand in.',
    );
  const build = place === undefined ? '' : buildOf(input, place);
  return {
    because,
    wouldFlip: [
      `${formatKb(missing.kb)} in the update list as installed.`,
      ...(build === '' ? [] : [`A running build of at least${build}.`]),
    ],
  };
}

function buildOf({ line, os }: RuleInput, place: number): string {
  const ubr = line.packages[place]?.ubr;
  return ubr === undefined ? '' : ` ${os.windows.version.build}.${ubr}`;
}

function levelSentence({ level, line, os, state }: RuleInput): string {
  const at = line.packages[level.place];
  const newest =
    at === undefined
      ? 'before every update that the catalogue knows'
      : `at the level of ${formatKb(at.kb)} of ${at.releasedOn}`;
  switch (level.evidence) {
    case 'ubr':
      return `The build ${state.os.build ?? os.windows.version.build} puts the device ${newest}.`;
    case 'installed-update':
      return `${level.kb === undefined ? 'An installed update' : formatKb(level.kb)} in the update list puts the device ${newest}.`;
    case 'answered-none':
      return 'The update list was asked for and is empty of cumulative updates: none is installed.';
    case 'nothing':
      return 'Nothing says which cumulative update the device has.';
  }
}

function ruleOf(missing: MissingUpdate | undefined, rows: readonly Row[], { catalogue, line }: RuleInput): string {
  const flash =
    rows.length > 0 && rows.every(({ product }) => catalogue.productName(product).startsWith('Adobe Flash Player'));
  if (missing?.kind === 'flash' || flash) return 'flash-player';
  if (rows.length > 0 && rows.every(({ product }) => catalogue.productName(product).includes('.NET Framework')))
    return 'dotnet-framework';
  return isRollupLine(line) ? 'windows-rollup' : 'windows-cumulative';
}

function notApplicable(rule: string, because: string, flip: string): Told {
  return { verdict: 'not-applicable', rule, because: [because], wouldFlip: [flip] };
}

function flipsOfReason(reason: string | undefined): readonly string[] {
  if (reason === 'no-patch-evidence')
    return ['A build with its UBR (registry value UBR, or `ver`), or an update list that names a cumulative update.'];
  if (reason === 'no-update-list') return ['An update list of the device (Get-HotFix, wmic qfe).'];
  if (reason === 'ambiguous-product') return ['The installation type (client or server) and the architecture.'];
  return [];
}

function factsOf(state: PatchState, input: RuleInput | undefined): Evidence['facts'] {
  const facts = [
    { fact: 'os.name', value: state.os.name },
    { fact: 'os.build', value: state.os.build },
    { fact: 'os.architecture', value: state.os.architecture },
    { fact: 'os.installationType', value: state.os.installationType },
    { fact: 'updates', value: `${state.installedKbs.length} listed (${state.updateList})` },
    { fact: 'product', value: input === undefined ? null : input.catalogue.productName(input.os.product) },
    { fact: 'level', value: input === undefined ? null : (input.line.packages[input.level.place]?.kb ?? 'none') },
  ];
  return facts.flatMap(({ fact, value }) => (value === null ? [] : [{ fact, value }]));
}

function documentsOf(catalogue: Catalogue, rows: readonly Row[]): Evidence['documents'] {
  const documents = new Map<string, Evidence['documents'][number]>();
  for (const { row } of rows) {
    const { id, currentReleaseAt, hash } = catalogue.vulnerabilityDocument(catalogue.rowVulnerability(row));
    documents.set(id, { releaseId: id, revisedAt: currentReleaseAt, hash });
  }
  return [...documents.values()].sort((a, b) => (a.releaseId < b.releaseId ? -1 : 1));
}

function evidenceRow(catalogue: Catalogue, { row, product }: Row): Evidence['rows'][number] {
  const vulnerability = catalogue.rowVulnerability(row);
  const { kb, fixedBuild } = catalogue.remediation(catalogue.rowRemediation(row));
  return {
    vulnerability: catalogue.vulnerabilityId(vulnerability),
    kb,
    product: catalogue.productName(product),
    fixedBuild: fixedBuild === '' ? null : fixedBuild,
    releaseId: catalogue.vulnerabilityDocument(vulnerability).id,
  };
}
