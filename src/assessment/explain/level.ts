import { formatKb } from '../../terms/kb-number.ts';
import { isOnHotpatchTrack } from '../lines/hotpatch-track.ts';
import { reachedRollup } from '../lines/reached-rollup.ts';
import { isRollupLine } from '../lines/rollup-line.ts';
import type { RollupLine } from '../lines/rollup-line.ts';
import type { RuleInput } from '../rules/rule.ts';

/** How far the device has come along its updates, and what says so. */
export function levelSentence(input: RuleInput): string {
  const { line } = input;
  return isRollupLine(line) ? rollupSentence(input, line) : cumulativeSentence(input);
}

/** `KB5034122 of 2024-01-09`; `undefined` before the first. */
export function levelName({ line, level }: RuleInput): string | undefined {
  const at = line.packages[level.place];
  return at === undefined ? undefined : `${formatKb(at.kb)} of ${at.releasedOn}`;
}

/** The build as reported, or the version's number where the report has none. */
export function runningBuild({ state, os }: RuleInput): string {
  return state.os.build ?? `10.0.${os.windows.version.build}`;
}

function cumulativeSentence(input: RuleInput): string {
  const { level } = input;
  const name = levelName(input);
  const where =
    name === undefined
      ? 'below every cumulative update that the documents name for this Windows'
      : `at the level of ${name}`;
  const track = isOnHotpatchTrack(input) ? ', on the hotpatch track' : '';
  switch (level.evidence) {
    case 'ubr':
      return `The build ${runningBuild(input)} puts the device ${where}${track}.`;
    case 'installed-update':
      return `${level.kb === undefined ? 'The update list' : `${formatKb(level.kb)} in the update list`} puts the device ${where}${track}.`;
    case 'answered-none':
      return 'The update list was asked for and names no cumulative update: none is installed.';
    case 'nothing':
      return 'Nothing says which cumulative update the device has.';
  }
}

function rollupSentence(input: RuleInput, line: RollupLine): string {
  const level = reachedRollup(line, input.state, input.ubr);
  const build = runningBuild(input);
  const first = line.packages.find(({ ubr }) => ubr !== undefined);
  const month = line.packages[level.monthOnly];
  const name = levelName({ ...input, level });
  if (level.belowKnown && first !== undefined)
    return `The build ${build} is older than that of ${formatKb(first.kb)} of ${first.releasedOn}, the first one published: it does not tell which updates before are installed.`;
  const ofMonth =
    month === undefined || level.monthOnly <= level.place
      ? ''
      : ` The build ${build} is that of ${month.releasedOn.slice(0, 7)}, but the update list names Security Only updates, which bring the same build as the rollup of their month: only that month counts.`;
  if (name !== undefined)
    return level.kb === undefined
      ? `The build ${build} puts the device at the level of the rollup ${name}.${ofMonth}`
      : `${formatKb(level.kb)} in the update list puts the device at the level of the rollup ${name}.${ofMonth}`;
  if (ofMonth !== '') return `The update list names no rollup.${ofMonth}`;
  switch (level.evidence) {
    case 'ubr':
      return `The build ${build} is below that of every rollup that the documents name for this Windows.`;
    case 'installed-update':
      return 'The update list names updates of this Windows but no rollup: each counts for what it fixes itself.';
    case 'answered-none':
      return 'The update list was asked for and names no update of this Windows: none is installed.';
    case 'nothing':
      return 'Nothing says which updates the device has.';
  }
}
