import { isOnHotpatchTrack } from '../lines/hotpatch-track.ts';
import { classifyRow, fixedUbr, isMisfiled } from '../lines/classify-row.ts';
import type { RuleInput } from '../rules/rule.ts';
import { formatKb } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { JudgedDevice } from './judged-device.ts';
import { misfiledSentence } from './misfiled.ts';
import { countStanding } from './offers.ts';
import type { Offer } from './offers.ts';
import type { Weighed } from './weigh.ts';

export interface WindowsOffer {
  readonly input: RuleInput;
  readonly kb: KbNumber;
  readonly offer: Offer;
}

/** An update of a Windows 10 or later that is neither listed nor missing. `undefined` where nothing special is to say. */
export function weighOnCumulativeLine(judged: JudgedDevice, asked: WindowsOffer): Weighed | undefined {
  const { input, kb, offer } = asked;
  const { line, os, catalogue } = input;
  const place = line.placeOf.get(kb);
  if (place !== undefined) return weighPackage(input, kb, place);
  const rows = offer.fixes.map(({ remediation }) => remediation);
  const kinds = new Set(rows.map((row) => classifyRow(catalogue, os.windows, os.product, row)));
  if (kinds.has('hotpatch')) return weighHotpatch(input, kb);
  if (kinds.has('side-package')) return weighSidePackage(judged, asked);
  if (kinds.has('suspect')) {
    if (isMisfiled(catalogue, kb, os.product)) return { reason: 'misfiled', why: misfiledSentence(input, kb) };
    const foreign = rows.find((row) => fixedUbr(row, os.windows) === 'foreign')?.fixedBuild ?? '';
    return {
      reason: 'foreign-build',
      why: `${formatKb(kb)} has the build ${foreign} there, which is of another Windows than ${os.windows.version.build}: the row is distrusted.`,
    };
  }
  if (kinds.has('ignored'))
    return {
      reason: 'servicing-stack',
      why: `${formatKb(kb)} is a servicing stack or setup update: it closes nothing of its own.`,
    };
  return undefined;
}

function weighPackage({ line, level, os }: RuleInput, kb: KbNumber, place: number): Weighed | undefined {
  const each = line.packages[place];
  const build = each?.ubr === undefined ? '' : `, build ${os.windows.version.build}.${each.ubr},`;
  if (place <= level.place)
    return {
      reason: 'reached',
      why: `${formatKb(kb)}${build} is in the device: it stands at or before the level that the device has reached, and cumulative updates carry every earlier fix.`,
    };
  if (each?.offered === false)
    return {
      reason: 'never-offered',
      why: `${formatKb(kb)} is a preview or an optional package: it counts where it is installed, but is never offered.`,
    };
  return undefined;
}

function weighHotpatch(input: RuleInput, kb: KbNumber): Weighed | undefined {
  const { line, level, os } = input;
  const ubr = line.hotpatches.find((each) => each.kb === kb)?.ubr;
  const build = ubr === undefined ? '' : ` ${os.windows.version.build}.${ubr}`;
  if (!isOnHotpatchTrack(input))
    return {
      reason: 'off-hotpatch-track',
      why: `${formatKb(kb)} is a hotpatch, and the device is on cumulative updates: the hotpatch's build${build} proves nothing there, and it is not offered.`,
    };
  if (ubr !== undefined && level.ubr !== undefined && ubr <= level.ubr)
    return {
      reason: 'reached',
      why: `${formatKb(kb)}, a hotpatch of build${build}, is in the device: the device is on the hotpatch track and its build ${os.windows.version.build}.${level.ubr} reaches it.`,
    };
  return undefined;
}

function weighSidePackage({ state }: JudgedDevice, { input, kb, offer }: WindowsOffer): Weighed | undefined {
  const { line, level, os, installed } = input;
  const side = line.sidePackages.get(kb);
  const name = formatKb(kb);
  if (side === undefined) return undefined;
  if (!side.offered)
    return {
      reason: 'never-offered',
      why: `${name} is a standalone or optional package: it counts where it is installed, but is never offered.`,
    };
  if (side.ubr !== undefined && level.ubr !== undefined && side.ubr <= level.ubr)
    return {
      reason: 'reached',
      why: `The documents say that build ${os.windows.version.build}.${side.ubr} holds ${name}, and the device is at ${os.windows.version.build}.${level.ubr}.`,
    };
  const by = [...line.sidePackages.values()].find((other) => installed.has(other.kb) && other.supersedes.includes(kb));
  if (by !== undefined) return { reason: 'carried', why: `${formatKb(by.kb)}, which is installed, replaces ${name}.` };
  if (countStanding(offer, 'undecided') === 0) return undefined;
  const why =
    side.shownInLists || state.updateList === 'none'
      ? `${name} is outside the cumulative update, and no update list was reported that could show it.`
      : `${name} is outside the cumulative update, and no update list ever shows it.`;
  return { reason: 'not-shown', why };
}
