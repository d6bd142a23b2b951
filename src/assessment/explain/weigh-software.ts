import { exchangeUpdateName } from '../../catalogue/exchange-builds.ts';
import { formatKb } from '../../terms/kb-number.ts';
import { compareVersions, parseVersion } from '../lines/version.ts';
import { countStanding, mostNamed } from './offers.ts';
import type { Offer } from './offers.ts';
import { nameOfPart } from './parts.ts';
import type { SoftwarePart } from './parts.ts';
import type { Weighed } from './weigh.ts';

/** A fix of installed software that is neither listed nor missing: a KB, or a version to go to. */
export function weighSoftware(part: SoftwarePart, offer: Offer): Weighed {
  const fixedBuild = mostNamed(offer, 'fixedBuild');
  const running = parseVersion(part.finding.software.version ?? '');
  const fixed = parseVersion(fixedBuild);
  const name =
    offer.kb === null
      ? `Version ${fixedBuild === '' ? 'of that month' : fixedBuild}`
      : `${formatKb(offer.kb)}${fixedBuild === '' ? '' : `, version ${fixedBuild},`}`;
  const foreign =
    part.finding.rule === 'exchange-server' && running !== undefined && fixed !== undefined
      ? otherExchange(running, fixed)
      : undefined;
  if (foreign !== undefined)
    return {
      reason: 'foreign-build',
      why: `${name} is of ${foreign}, another cumulative update than the installed one: the row is distrusted.`,
    };
  if (running !== undefined && fixed !== undefined && compareVersions(fixed, running) <= 0)
    return { reason: 'reached', why: `${name} stands at or below the installed ${nameOfPart(part)}.` };
  if (countStanding(offer, 'open') > 0)
    return offer.kb === null
      ? { reason: 'offered', why: `${name} closes it: the product is updated by a new version, there is no KB.` }
      : { reason: 'not-needed', why: `${name} is not what closes it here.` };
  if (countStanding(offer, 'undecided') > 0)
    return { reason: 'not-shown', why: `${name} cannot be held against the installed ${nameOfPart(part)}.` };
  return fixed === undefined
    ? { reason: 'reached', why: `The rows name no version; what ${nameOfPart(part)} holds came later.` }
    : {
        reason: 'not-needed',
        why: `${name} is for another line than the installed ${nameOfPart(part)}, which another version has fixed.`,
      };
}

/** `Exchange Server 2019 CU12` where the published build is of another cumulative update than the running one. */
function otherExchange(running: readonly number[], fixed: readonly number[]): string | undefined {
  const [own, other] = [running, fixed].map((version) => version.slice(0, 3).join('.'));
  return own === other || other === undefined ? undefined : (exchangeUpdateName(other) ?? `build ${other}`);
}
