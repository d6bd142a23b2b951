import { formatKb } from '../../terms/kb-number.ts';
import type { Alternative } from '../evidence.ts';
import { installedAs } from './installed-as.ts';
import type { JudgedDevice } from './judged-device.ts';
import { missingUpdate } from './missing.ts';
import { countStanding, mostNamed } from './offers.ts';
import type { Offer } from './offers.ts';
import { releaseOf } from './releases.ts';
import { weighOnCumulativeLine } from './weigh-cumulative.ts';
import { weighComponent } from './weigh-component.ts';
import { weighOnRollupLine } from './weigh-rollup.ts';
import { weighSoftware } from './weigh-software.ts';
import { isRollupLine } from '../lines/rollup-line.ts';

/** Why a fix was taken or passed over, and in what words. */
export type Weighed = Pick<Alternative, 'reason' | 'why'>;

/** Holds one published fix against what the device has and what the rules found. */
export function weigh(judged: JudgedDevice, offer: Offer): Alternative {
  const { reason, why } = weighOffer(judged, offer);
  const fixedBuild = mostNamed(offer, 'fixedBuild');
  return {
    kb: offer.kb,
    subType: mostNamed(offer, 'subType'),
    fixedBuild: fixedBuild === '' ? null : fixedBuild,
    product: productOf(judged, offer),
    taken: reason === 'installed' || reason === 'reached' || reason === 'carried' || reason === 'offered',
    reason,
    why,
  };
}

/** The operating system itself where it is among the products of the rows, else the first by name. */
function productOf({ catalogue }: JudgedDevice, { part, fixes }: Offer): string {
  const names = [...new Set(fixes.map(({ named }) => catalogue.productName(named)))].sort();
  return names.find((name) => name === part.name) ?? names[0] ?? part.name;
}

function weighOffer(judged: JudgedDevice, offer: Offer): Weighed {
  return (offer.kb === null ? undefined : weighListed(judged, offer)) ?? weighByPart(judged, offer);
}

/** What holds for every kind of update: it is not out yet, is in the list, or is missing. */
function weighListed(judged: JudgedDevice, offer: Offer): Weighed | undefined {
  const { kb, part, obligations } = offer;
  const [first] = obligations;
  if (kb === null || first === undefined) return undefined;
  const name = formatKb(kb);
  const as = installedAs(judged, kb);
  if (as !== undefined)
    return {
      reason: 'installed',
      why: `${name} is in the update list as installed${as === kb ? '' : `, by its package ${formatKb(as)}`}.`,
    };
  const { asOf } = judged.options;
  const releasedOn = releaseOf(judged, kb, first.vulnerability);
  if (asOf !== null && releasedOn > asOf)
    return { reason: 'later', why: `${name} was released on ${releasedOn}, after the as-of date ${asOf}.` };
  if (!part.lacking.some((each) => each.kb === kb)) return undefined;
  const replacedBy = missingUpdate(judged, kb)?.replacedBy ?? null;
  return replacedBy === null
    ? { reason: 'offered', why: `${name} is missing and is the update to install.` }
    : { reason: 'replaced', why: `${name} is missing, but ${formatKb(replacedBy)}, missing too, replaces it.` };
}

function weighByPart(judged: JudgedDevice, offer: Offer): Weighed {
  const { input } = judged;
  const { part } = offer;
  if (part.kind === 'software') return weighSoftware(part, offer);
  const own =
    input === undefined || offer.kb === null || part.kind === 'uncovered'
      ? undefined
      : part.kind === 'windows'
        ? isRollupLine(input.line)
          ? weighOnRollupLine(judged, { input, line: input.line, kb: offer.kb, offer })
          : weighOnCumulativeLine(judged, { input, kb: offer.kb, offer })
        : weighComponent(judged, { input, kb: offer.kb, offer, part });
  return own ?? notNeeded(offer);
}

/** Nothing else is known of it than how that which it closes stands. */
function notNeeded(offer: Offer): Weighed {
  const name = offer.kb === null ? 'This version' : formatKb(offer.kb);
  if (countStanding(offer, 'undecided') > 0)
    return { reason: 'not-shown', why: `Nothing that was reported shows whether ${name} is installed.` };
  const open = countStanding(offer, 'open');
  return open > 0
    ? { reason: 'not-needed', why: `${name} is not what closes it here.` }
    : { reason: 'not-needed', why: `What ${name} fixes is closed by another update.` };
}
