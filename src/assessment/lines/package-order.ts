import { compareKbNumbers } from '../../terms/kb-number.ts';
import { compareReleases } from './release-order.ts';
import type { LinePackage } from './cumulative-line.ts';

/**
 * By UBR, which grows strictly along a branch; packages of which none is known stand by their date. A date that goes
 * back along the UBRs shows a package in the wrong document: it gets the date of the one before it.
 */
export function inOrder(packages: readonly LinePackage[]): readonly LinePackage[] {
  const known = packages
    .filter(({ ubr }) => ubr !== undefined)
    .sort((a, b) => (a.ubr ?? 0) - (b.ubr ?? 0) || compareKbNumbers(a.kb, b.kb));
  const ordered = withGrowingDates(known);
  const unknown = packages.filter(({ ubr }) => ubr === undefined).sort((a, b) => compareReleases(a, b));
  for (const each of unknown) {
    const at = ordered.findIndex(({ releasedOn }) => releasedOn > each.releasedOn);
    ordered.splice(at === -1 ? ordered.length : at, 0, each);
  }
  return ordered;
}

function withGrowingDates(packages: readonly LinePackage[]): LinePackage[] {
  const trusted = longestGrowing(packages.map(({ releasedOn }) => releasedOn));
  let latest = '';
  return packages.map((each, place) => {
    if (trusted.has(place)) latest = each.releasedOn;
    return each.releasedOn === latest ? each : { ...each, releasedOn: latest === '' ? each.releasedOn : latest };
  });
}

/** Places of the longest sequence of texts that never goes back. */
function longestGrowing(texts: readonly string[]): ReadonlySet<number> {
  const length: number[] = [];
  const before: number[] = [];
  texts.forEach((text, place) => {
    length[place] = 1;
    before[place] = -1;
    for (let earlier = 0; earlier < place; earlier += 1) {
      if ((texts[earlier] ?? '') <= text && (length[earlier] ?? 0) + 1 > (length[place] ?? 0)) {
        length[place] = (length[earlier] ?? 0) + 1;
        before[place] = earlier;
      }
    }
  });
  const places = new Set<number>();
  let place = length.indexOf(Math.max(0, ...length));
  while (place !== -1 && texts.length > 0) {
    places.add(place);
    place = before[place] ?? -1;
  }
  return places;
}
