import { isMisfiled, isWindowsServicing } from '../lines/classify-row.ts';
import { reachedRollup } from '../lines/reached-rollup.ts';
import type { ReachedRollup } from '../lines/reached-rollup.ts';
import type { ComponentUpdate, RollupLine } from '../lines/rollup-line.ts';
import { formatKb } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { JudgedDevice } from './judged-device.ts';
import { misfiledSentence } from './misfiled.ts';
import { countStanding } from './offers.ts';
import type { WindowsOffer } from './weigh-cumulative.ts';
import type { Weighed } from './weigh.ts';

interface RollupOffer extends WindowsOffer {
  readonly line: RollupLine;
}

/** An update of a Windows before 10 that is neither listed nor missing. `undefined` where nothing special is to say. */
export function weighOnRollupLine(
  { state }: JudgedDevice,
  { input, line, kb, offer }: RollupOffer,
): Weighed | undefined {
  const level = reachedRollup(line, state, input.ubr);
  const name = formatKb(kb);
  const undecided = countStanding(offer, 'undecided') > 0;
  const place = line.placeOf.get(kb);
  if (place !== undefined) {
    if (undecided) return undefined;
    if (place <= level.place)
      return { reason: 'reached', why: `${name} is in the device: a rollup carries every rollup before it.` };
    if (place === level.monthOnly)
      return {
        reason: 'reached',
        why: `The build says that the device has the fixes of ${name}'s month; a Security Only update brings the same build.`,
      };
    return line.packages[place]?.offered === false ? neverOffered(kb) : undefined;
  }
  const update = line.updates.get(kb);
  if (update !== undefined)
    return undecided
      ? undefined
      : weighUpdate({ line, level, installed: input.installed, closed: countStanding(offer, 'open') === 0 }, update);
  if (isMisfiled(input.catalogue, kb, input.os.product))
    return { reason: 'misfiled', why: misfiledSentence(input, kb) };
  if (offer.fixes.every(({ remediation }) => isWindowsServicing(remediation.subType)))
    return {
      reason: 'servicing-stack',
      why: `${name} is a servicing stack or setup update: it closes nothing of its own.`,
    };
  const build = offer.fixes.find(({ remediation }) => remediation.fixedBuild !== '')?.remediation.fixedBuild ?? '';
  return {
    reason: 'foreign-build',
    why: `${name} has the build ${build} there, which is of another Windows: the row is distrusted.`,
  };
}

interface Beside {
  readonly line: RollupLine;
  readonly level: ReachedRollup;
  readonly installed: ReadonlySet<KbNumber>;
  /** Nothing that it fixes is open. */
  readonly closed: boolean;
}

function weighUpdate({ line, level, installed, closed }: Beside, update: ComponentUpdate): Weighed | undefined {
  const { kb, kind, releasedOn } = update;
  const name = formatKb(kb);
  const reached = line.packages[level.place];
  const by = [...installed].find((each) => line.updates.get(each)?.supersedes.includes(kb));
  if (by !== undefined) return { reason: 'carried', why: `${formatKb(by)}, which is installed, replaces ${name}.` };
  if (kind === 'ie-cumulative') {
    const later = [...installed].find((each) => {
      const other = line.updates.get(each);
      return other?.kind === 'ie-cumulative' && other.releasedOn >= releasedOn;
    });
    if (later !== undefined)
      return {
        reason: 'carried',
        why: `${formatKb(later)}, which is installed, is a later cumulative update of Internet Explorer and holds ${name}.`,
      };
  }
  if (closed && reached !== undefined && releasedOn <= reached.releasedOn)
    return {
      reason: 'carried',
      why: `${formatKb(reached.kb)}, which the device has, came with or after ${name} and carries its fixes.`,
    };
  switch (kind) {
    case 'security-only':
      return {
        reason: 'month-only',
        why: `${name} is a Security Only update: it holds its own month alone, counts where it is installed, and is never offered: the rollup is.`,
      };
    case 'ie-cumulative':
      return {
        reason: 'explorer-only',
        why: `${name} is for Internet Explorer alone: it counts where it is installed, and is offered only for what no rollup fixes.`,
      };
    case 'other':
      return neverOffered(kb);
    case 'security-update':
      return undefined;
  }
}

function neverOffered(kb: KbNumber): Weighed {
  return {
    reason: 'never-offered',
    why: `${formatKb(kb)} is a preview or an optional package: it counts where it is installed, but is never offered.`,
  };
}
