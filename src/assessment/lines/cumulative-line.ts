import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { WindowsProduct } from '../../catalogue/windows-version.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { ReleaseId } from '../../terms/release-id.ts';
import { CumulativeLineBuilder } from './cumulative-line-builder.ts';

/** A package of the sequence of cumulative updates of one Windows product. */
export interface LinePackage {
  readonly kb: KbNumber;
  /** What it brings the device to; `undefined` where neither a document nor the build history says it. */
  readonly ubr: number | undefined;
  /** Where no source says its UBR: the first UBR that the build history dates after it, which holds it. */
  readonly heldFrom?: number;
  /** UTC date, never before that of an earlier package. */
  readonly releasedOn: string;
  readonly releaseId: ReleaseId;
  /** Whether it is offered: previews and alternates are accepted where installed, but never listed. */
  readonly offered: boolean;
}

/** A part of Windows that is serviced inside the cumulative update, `-1` the operating system itself. */
export interface LineProduct {
  readonly product: number;
  readonly part: 'os' | 'edge' | 'internet-explorer';
}

/** An alternative to the cumulative update of its month, with a build of its own. */
export interface Hotpatch {
  readonly kb: KbNumber;
  readonly ubr: number | undefined;
  readonly releasedOn: string;
}

/** One vulnerability of one product of the line, with every way to close it. */
export interface Obligation {
  readonly vulnerability: number;
  readonly product: number;
  /** Places in `packages`, ascending. */
  readonly packages: readonly number[];
  /**
   * The same places by SubType, where there are several: those are alternatives (`Security Update` or `Alternate
   * Cumulative`), of which one must be reached to its last place.
   */
  readonly alternatives: readonly (readonly number[])[];
  readonly hotpatches: readonly Hotpatch[];
  readonly sidePackages: readonly KbNumber[];
  /** The rows name only a package of another line; `packages` then holds the own one of the same document, if any. */
  readonly suspect: boolean;
}

/** A package beside the line, with the UBRs at which MSRC says it is contained. */
export interface SidePackage {
  readonly kb: KbNumber;
  readonly ubr: number | undefined;
  readonly supersedes: readonly KbNumber[];
  readonly releasedOn: string;
  readonly releaseId: ReleaseId;
  /** For several branches: such packages show in a device's update list; the recovery image's never do. */
  readonly shownInLists: boolean;
  readonly offered: boolean;
}

/** All that the catalogue says of one Windows product and the parts inside it, in order: made once per catalogue. */
export interface CumulativeLine {
  readonly windows: WindowsProduct;
  readonly products: readonly LineProduct[];
  /** Oldest first. */
  readonly packages: readonly LinePackage[];
  readonly placeOf: ReadonlyMap<KbNumber, number>;
  /** By the last package that closes them, ascending; those without a package come first. */
  readonly obligations: readonly Obligation[];
  /** Place of the last offered package that the operating system's own rows name, -1 where none does. */
  readonly lastOwn: number;
  /** How many of them no package closes. */
  readonly withoutPackage: number;
  /** Every hotpatch that some obligation names. */
  readonly hotpatches: readonly Hotpatch[];
  readonly sidePackages: ReadonlyMap<KbNumber, SidePackage>;
  /** Ids whose rows stand in for rows that the product has lost, by package. */
  readonly standIns: ReadonlyMap<KbNumber, number>;
}

/** The line of a published Windows product. */
export function cumulativeLine(catalogue: Catalogue, product: number, windows: WindowsProduct): CumulativeLine {
  const lines = catalogue.once(cumulativeLine, () => new Map<number, CumulativeLine>());
  let line = lines.get(product);
  if (line === undefined) {
    line = new CumulativeLineBuilder(catalogue, product, windows).build();
    lines.set(product, line);
  }
  return line;
}
