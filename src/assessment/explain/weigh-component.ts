import { dotnetLines } from '../lines/dotnet-line.ts';
import { formatKb } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { removedSince } from '../rules/flash-player.ts';
import type { JudgedDevice } from './judged-device.ts';
import { countStanding, mostNamed } from './offers.ts';
import type { WindowsPart } from './parts.ts';
import type { WindowsOffer } from './weigh-cumulative.ts';
import type { Weighed } from './weigh.ts';

interface ComponentOffer extends WindowsOffer {
  readonly part: WindowsPart;
}

/** An update of .NET Framework or Flash Player that is neither listed nor missing. */
export function weighComponent(
  { catalogue }: JudgedDevice,
  { input, kb, offer, part }: ComponentOffer,
): Weighed | undefined {
  const name = formatKb(kb);
  const { line, level } = input;
  const place = line.placeOf.get(kb);
  const reached = line.packages[level.place];
  if (place !== undefined && place <= level.place)
    return { reason: 'reached', why: `${name}, the cumulative update of Windows that brings it, is in the device.` };
  const releasedOn = catalogue.findRelease(kb)?.releasedOn ?? '';
  if (countStanding(offer, 'undecided') > 0)
    return {
      reason: 'not-shown',
      why: `Updates of ${part.name} show in the update list only, and none was reported: nobody can tell whether ${name} is installed.`,
    };
  const later = laterInstalled(part, { input, kb, releasedOn });
  if (later !== undefined && countStanding(offer, 'open') === 0)
    return {
      reason: 'carried',
      why: `${formatKb(later)}, which is installed, came with or after ${name} and carries its fixes.`,
    };
  if (part.kind === 'flash-player' && reached !== undefined && reached.releasedOn >= removedSince)
    return {
      reason: 'carried',
      why: `${formatKb(reached.kb)}, which the device has, removed Flash Player: cumulative updates from ${removedSince} on do.`,
    };
  if (/security\s*only/i.test(mostNamed(offer, 'subType')))
    return {
      reason: 'month-only',
      why: `${name} is a Security Only update: it holds its own month alone, counts where it is installed, and is never offered.`,
    };
  return undefined;
}

interface Earlier {
  readonly input: WindowsOffer['input'];
  readonly kb: KbNumber;
  readonly releasedOn: string;
}

/** An installed update of the same part, of the same day or later. */
function laterInstalled(part: WindowsPart, { input, kb, releasedOn }: Earlier): KbNumber | undefined {
  const { catalogue, state, line } = input;
  const present = dotnetLines(input).filter(({ product }) => part.products.includes(product));
  return state.installedKbs.find((each) => {
    const updates = [each, ...present.flatMap(({ packages }) => packages.get(each) ?? [])];
    return updates.some(
      (update) =>
        update !== kb &&
        !line.placeOf.has(update) &&
        (catalogue.findRelease(update)?.releasedOn ?? '') >= releasedOn &&
        [...catalogue.rowsOfKb(update)].some((row) =>
          catalogue.rowProducts(row).some((product) => part.products.includes(product)),
        ),
    );
  });
}
