import { isSameDotnetVersion, normaliseDotnetVersion } from '../../catalogue/dotnet-framework.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { compareReleases } from '../lines/release-order.ts';
import { dotnetLines, dotnetNumbers } from '../lines/dotnet-line.ts';
import type { DotnetLine, DotnetUpdate } from '../lines/dotnet-line.ts';
import type {
  LackingUpdate,
  OpenVulnerability,
  RuleFinding,
  RuleInput,
  UndeterminedProduct,
  WindowsRule,
} from './rule.ts';

/**
 * .NET Framework per version on its Windows: reported, or proved by one of its updates in the list. Its updates are
 * cumulative per version; on some Windows they come inside the cumulative update. FixedBuild is a file version here and
 * is compared with nothing: the update list tells. Source: the verdict's specification, section 5.
 */
export const dotnetFramework: WindowsRule = {
  id: 'dotnet-framework',
  judges: 'windows',
  judge(input) {
    if (!isEvident(input)) return undefined;
    const lines = presentLines(dotnetLines(input), input);
    if (lines.length === 0) return undefined;
    const products = lines.map(({ product }) => product);
    const none: RuleFinding = { products, open: [], lacking: [], undetermined: [], standIns: new Map() };
    if (input.level.evidence === 'nothing') return none; // the operating system's verdict says why
    const found = lines.map((line) => judgeLine(line, lines, input));
    return {
      ...none,
      open: found.flatMap(({ open }) => open),
      lacking: withSuccessors(mergeLacking(lineages(found).map(lackingOf)), lines),
      undetermined: found.flatMap(({ undetermined }) => undetermined),
    };
  },
};

/** Whether a version is reported, or something in the list is an update of one. */
function isEvident(input: RuleInput): boolean {
  const { state, line } = input;
  if (state.dotnetFramework.length > 0) return true;
  return state.installedKbs.some((kb) => !line.placeOf.has(kb) && dotnetNumbers(input).has(kb));
}

/**
 * Reported versions decide; where none is reported, an update in the list that is published for this version alone. One of
 * several versions proves none of them.
 */
function presentLines(lines: readonly DotnetLine[], { state, line: windows }: RuleInput): readonly DotnetLine[] {
  if (state.dotnetFramework.length > 0) {
    const reported = state.dotnetFramework.flatMap((text) => normaliseDotnetVersion(text) ?? []);
    const present = lines.filter(({ versions }) =>
      versions.some((version) => reported.some((each) => isSameDotnetVersion(each, version))),
    );
    const has35 = reported.some((each) => isSameDotnetVersion(each, '3.5'));
    return has35 && !present.some(({ holds35 }) => holds35)
      ? [...present, ...sharedWith35(lines, state.installedKbs)]
      : present;
  }
  const speaksOf = ({ updates, packages }: DotnetLine, kb: KbNumber): boolean => updates.has(kb) || packages.has(kb);
  return lines.filter((line) =>
    state.installedKbs.some(
      (kb) =>
        !windows.placeOf.has(kb) &&
        speaksOf(line, kb) &&
        lines.every((other) => other === line || !speaksOf(other, kb)),
    ),
  );
}

/** 3.5 without a 4.x, where documents name it together with one: that one which the list speaks of, or with most to say. */
function sharedWith35(lines: readonly DotnetLine[], listed: readonly KbNumber[]): readonly DotnetLine[] {
  const speaks = (line: DotnetLine): number => Number(listed.some((kb) => namedBy(line, kb).length > 0));
  return lines
    .filter(({ holds35 }) => holds35)
    .toSorted(
      (a, b) => speaks(b) - speaks(a) || b.vulnerabilities.size - a.vulnerabilities.size || a.product - b.product,
    )
    .slice(0, 1);
}

/** The updates that a number of the list stands for: itself, and those whose package or offer it is. */
function namedBy({ updates, packages }: DotnetLine, kb: KbNumber): readonly KbNumber[] {
  const named = packages.get(kb) ?? [];
  return updates.has(kb) ? [kb, ...named] : named;
}

/** These updates and all that they supersede, by the rows of any version that is there: one package is offered for several. */
function withSuperseded(kbs: readonly KbNumber[], lines: readonly DotnetLine[]): ReadonlySet<KbNumber> {
  const found = new Set(kbs);
  // A set hands out what is added while it is walked.
  for (const kb of found)
    for (const { updates } of lines) for (const older of updates.get(kb)?.supersedes ?? []) found.add(older);
  return found;
}

/** What another lacking update supersedes is in it. */
function withSuccessors(lacking: readonly LackingUpdate[], lines: readonly DotnetLine[]): readonly LackingUpdate[] {
  const held = lacking.map(({ kb }) => ({ kb, older: withSuperseded([kb], lines) }));
  return lacking.map((each) => {
    if (each.replacedBy !== null) return each;
    const newer = held.filter(({ kb, older }) => kb !== each.kb && older.has(each.kb));
    const last = newer.find(({ kb }) => !newer.some((other) => other.kb !== kb && other.older.has(kb)));
    return last === undefined ? each : { ...each, replacedBy: last.kb };
  });
}

interface LineFinding extends Pick<RuleFinding, 'open' | 'undetermined'> {
  readonly serves: readonly string[];
  readonly missing: readonly DotnetUpdate[];
}

/** What is missing per lineage: published names that share a version (`4.8`, `3.5 AND 4.8`) are one. */
function lineages(found: readonly LineFinding[]): readonly (readonly DotnetUpdate[])[] {
  let groups: readonly Pick<LineFinding, 'serves' | 'missing'>[] = [];
  for (const each of found) {
    const same = groups.filter(({ serves }) => serves.some((version) => each.serves.includes(version)));
    const merged = {
      serves: [each, ...same].flatMap(({ serves }) => serves),
      missing: [...same, each].flatMap(({ missing }) => missing),
    };
    groups = [...groups.filter((group) => !same.includes(group)), merged];
  }
  return groups.map(({ missing }) => [...new Map(missing.map((update) => [update.kb, update])).values()]);
}

function judgeLine(line: DotnetLine, lines: readonly DotnetLine[], input: RuleInput): LineFinding {
  const { asOf, state, catalogue } = input;
  const { product } = line;
  const listed = state.installedKbs.filter((kb) => lines.some(({ updates }) => updates.has(kb)));
  const installed = withSuperseded([...listed, ...state.installedKbs.flatMap((kb) => namedBy(line, kb))], lines);
  const reached = reachedDate(line, lines, state.installedKbs);
  const isVisible = ({ releasedOn }: DotnetUpdate): boolean => asOf === null || releasedOn <= asOf;
  const open: OpenVulnerability[] = [];
  const missing = new Map<KbNumber, DotnetUpdate>();
  let unlisted = false;
  for (const [vulnerability, updates] of line.vulnerabilities) {
    const visible = updates.filter(isVisible);
    if (visible.length === 0 || isClosed(visible, { installed, reached, input })) continue;
    if (state.updateList === 'none' && !visible.some(({ inWindows }) => inWindows)) {
      unlisted = true;
      continue;
    }
    const offered = visible.filter((each) => each.offered);
    for (const each of offered) if (each.releasedOn > reached) missing.set(each.kb, each);
    open.push({ vulnerability, product, kbs: offered.map(({ kb }) => kb) });
  }
  const undetermined: UndeterminedProduct[] = [];
  if (unlisted) {
    const detail = 'its updates show in the update list only, and none was reported';
    undetermined.push({ product, reason: 'no-update-list', detail });
  }
  const suspects = line.suspects.filter((vulnerability) => {
    const publishedOn = catalogue.vulnerabilityDocument(vulnerability).initialReleaseAt.slice(0, 10);
    return publishedOn > reached && (asOf === null || publishedOn <= asOf);
  });
  if (suspects.length > 0) {
    const detail = `${suspects.length} vulnerabilities name only packages of another Windows`;
    undetermined.push({ product, reason: 'source-suspect', detail });
  }
  return { serves: line.serves, missing: [...missing.values()], open, undetermined };
}

interface Evidence {
  readonly installed: ReadonlySet<KbNumber>;
  readonly reached: string;
  readonly input: RuleInput;
}

/** Updates of one kind are all needed, or a later one that holds them; kinds are alternatives. */
function isClosed(visible: readonly DotnetUpdate[], { installed, reached, input }: Evidence): boolean {
  const { line: windows, level } = input;
  const closes = (updates: readonly DotnetUpdate[]): boolean =>
    updates.length > 0 &&
    updates.every(({ kb, releasedOn, inWindows, cumulative }) => {
      if (installed.has(kb)) return true;
      if (inWindows) return (windows.placeOf.get(kb) ?? Infinity) <= level.place;
      return releasedOn < reached || (cumulative && releasedOn <= reached);
    });
  return (
    visible.some(({ kb, inWindows }) => inWindows && (windows.placeOf.get(kb) ?? Infinity) <= level.place) ||
    closes(visible.filter(({ inWindows }) => inWindows)) ||
    closes(visible.filter(({ inWindows, cumulative }) => !inWindows && cumulative)) ||
    closes(visible.filter(({ inWindows, cumulative }) => !inWindows && !cumulative))
  );
}

/** The newest cumulative update of the version that is installed; one of another published name of the same version counts. */
function reachedDate(line: DotnetLine, lines: readonly DotnetLine[], listed: readonly KbNumber[]): string {
  let reached = '';
  for (const same of lines) {
    if (!same.serves.some((version) => line.serves.includes(version))) continue;
    for (const kb of listed.flatMap((each) => namedBy(same, each))) {
      const { cumulative = false, inWindows = true, releasedOn = '' } = same.updates.get(kb) ?? {};
      if (cumulative && !inWindows && releasedOn > reached) reached = releasedOn;
    }
  }
  return reached;
}

/** The newest of the version's own updates replaces those before it; what comes inside Windows has a line of its own. */
function lackingOf(missing: readonly DotnetUpdate[]): readonly LackingUpdate[] {
  return [true, false].flatMap((inWindows) => {
    const updates = missing.filter((each) => each.inWindows === inWindows).sort((a, b) => compareReleases(a, b));
    const newest = updates.at(-1);
    return updates.map(({ kb, releasedOn }): LackingUpdate => ({
      kb,
      kind: inWindows ? 'lcu' : 'security-update',
      ofOs: inWindows,
      // Those of one day are parts, and each is needed.
      replacedBy: newest === undefined || newest.kb === kb || newest.releasedOn === releasedOn ? null : newest.kb,
    }));
  });
}

/** An update that is the newest for one version is to be installed, though another version has a newer one. */
function mergeLacking(ofLines: readonly (readonly LackingUpdate[])[]): readonly LackingUpdate[] {
  const byKb = new Map<KbNumber, LackingUpdate>();
  for (const each of ofLines.flat()) {
    const before = byKb.get(each.kb);
    if (before === undefined || (each.replacedBy === null && !each.ofOs)) byKb.set(each.kb, each);
  }
  return [...byKb.values()];
}
