import { formatKb } from '../../terms/kb-number.ts';
import type { EvidenceFact, FactSource } from '../evidence.ts';
import { isOnHotpatchTrack } from '../lines/hotpatch-track.ts';
import { isRollupLine } from '../lines/rollup-line.ts';
import type { RuleInput } from '../rules/rule.ts';
import type { JudgedDevice } from './judged-device.ts';
import { levelName } from './level.ts';
import type { Part } from './parts.ts';
import type { Ruling } from './verdict.ts';

type Found = readonly [fact: string, value: string | null, source: FactSource];

/** What counted for the ruling, and where each fact came from. */
export function factsOf(judged: JudgedDevice, { obligations, basis }: Ruling): readonly EvidenceFact[] {
  const { state, input, options } = judged;
  const { os, updateList, installedKbs } = state;
  const concerned = new Set(obligations.map(({ part }) => part));
  if (basis.kind === 'stranger' && basis.stranger.kind === 'other-line') concerned.add(basis.stranger.part);
  const found: readonly Found[] = [
    ['os.name', os.name, "report's operating system"],
    ['os.build', os.build, "report's operating system"],
    ['os.rollupLevel', os.rollupLevel ?? null, "report's operating system"],
    ['os.displayVersion', os.displayVersion, "report's operating system"],
    ['os.architecture', os.architecture, "report's operating system"],
    ['os.installationType', os.installationType, "report's operating system"],
    ['os.editionId', os.editionId, "report's operating system"],
    ['updates', listText(updateList, installedKbs.length), "report's update list"],
    ['updates.earlier', earlierText(state), "report's update list"],
    ['updates.counted', countedKbs(judged), "report's update list"],
    ...(input === undefined ? [] : windowsFacts(input)),
    ...[...concerned].flatMap((part) => partFacts(judged, part)),
    ['asOf', options.asOf, 'question'],
  ];
  return found.flatMap(([fact, value, source]) => (value === null ? [] : [{ fact, value, source }]));
}

/** Listed only before the build was seen. */
function earlierText({ earlierKbs }: JudgedDevice['state']): string | null {
  return earlierKbs === undefined
    ? null
    : `${earlierKbs.map(formatKb).join(', ')}: seen before the build was, which wins`;
}

function listText(list: JudgedDevice['state']['updateList'], count: number): string {
  switch (list) {
    case 'none':
      return count > 0 ? `${count} listed, the list is cut off` : 'no list was reported';
    case 'partial':
      return `${count} listed`;
    case 'complete':
      return `${count} listed, the list is whole`;
  }
}

/** Listed updates that the documents or the build history know for a part of the device. */
function countedKbs({ state, input, parts }: JudgedDevice): string | null {
  if (input === undefined) return null;
  const { catalogue, level } = input;
  const products = new Set(parts.flatMap((part) => part.products));
  const known = state.installedKbs.filter(
    (kb) =>
      kb === level.kb ||
      input.line.placeOf.has(kb) ||
      [...catalogue.rowsOfKb(kb)].some((row) => catalogue.rowProducts(row).some((product) => products.has(product))),
  );
  return known.length === 0 ? null : known.map(formatKb).join(', ');
}

function windowsFacts(input: RuleInput): readonly Found[] {
  const { catalogue, os, level, line } = input;
  return [
    ['product', catalogue.productName(os.product), 'product names of the documents'],
    [
      'level',
      level.evidence === 'nothing' ? null : (levelName(input) ?? 'below the first known update'),
      levelSource(input),
    ],
    ...(isRollupLine(line) || !isOnHotpatchTrack(input) ? [] : [['track', 'hotpatch', trackSource(input)] as const]),
    [
      'level.pending',
      level.pending === undefined ? null : `${formatKb(level.pending)} awaits a restart`,
      "report's update list",
    ],
  ];
}

/** Whether the documents' own builds tell the level, or the history, which knows previews and what came before May 2021. */
function levelSource({ catalogue, level, line }: RuleInput): FactSource {
  if (level.evidence === 'answered-none' || level.evidence === 'nothing') return "report's update list";
  if (level.kb !== undefined && !line.placeOf.has(level.kb)) return 'build-history table';
  const at = line.packages[level.place];
  if (level.kb === undefined && at !== undefined) {
    const ownBuild = [...catalogue.rowsOfKb(at.kb)].some((row) => {
      const { fixedBuild } = catalogue.remediation(catalogue.rowRemediation(row));
      return fixedBuild.endsWith(`.${at.ubr ?? ''}`);
    });
    return ownBuild ? 'FixedBuild of the documents' : 'build-history table';
  }
  return "report's update list";
}

function trackSource({ line, installed }: RuleInput): FactSource {
  return line.hotpatches.some(({ kb }) => installed.has(kb)) ? "report's update list" : 'FixedBuild of the documents';
}

function partFacts({ state }: JudgedDevice, part: Part): readonly Found[] {
  switch (part.kind) {
    case 'windows':
      return [['internetExplorer', state.internetExplorer, "report's components"]];
    case 'dotnet-framework':
      return state.dotnetFramework.length > 0
        ? [['dotnetFramework', state.dotnetFramework.join(', '), "report's components"]]
        : [['dotnetFramework', 'proved by an update of it', "report's update list"]];
    case 'flash-player':
      return [['flashPlayer', 'part of this Windows', 'product names of the documents']];
    case 'software':
      return [[`software: ${part.name}`, part.finding.software.version ?? 'no version', "report's software"]];
    case 'uncovered':
      return [[`software: ${part.name}`, part.software.version ?? 'no version', "report's software"]];
  }
}
