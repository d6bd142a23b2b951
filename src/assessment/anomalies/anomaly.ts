import type { Catalogue } from '../../catalogue/catalogue.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { ReleaseId } from '../../terms/release-id.ts';

/** What can be wrong with published data, as far as the verdict distrusts or survives it. */
export const anomalyKinds = [
  /** Known, and corrected before the rules see it. */
  'corrected',
  /** A FixedBuild of another family of Windows, or of another servicing line, than the product's. */
  'foreign-build',
  /** A cumulative update filed under a Windows that it does not belong to. */
  'wrong-lineage',
  /** One update for several families of Windows 10 and later: no cumulative update. */
  'several-families',
  /** An update whose build lies above that of one released later. */
  'wrong-document',
  /** A FixedBuild that is no version, or of a Windows no build. */
  'unreadable-version',
  /** The rows of one update and product name different builds. */
  'two-builds',
  /** The documents' build differs from that of the published build history. */
  'history-disagrees',
  /** The documents' version is not in the published list of the product's builds. */
  'table-disagrees',
  /** A package of the line that names no earlier one of it as superseded. */
  'broken-chain',
  /** An update that names one of another Windows as superseded. */
  'foreign-link',
  /** An update that names one as superseded that no document has a fix row for. */
  'dangling-target',
  /** An update that supersedes itself. */
  'self-supersedence',
  /** Updates that supersede each other in a circle. */
  'supersedence-cycle',
] as const;
export type AnomalyKind = (typeof anomalyKinds)[number];

/** One error of the published data. */
export interface Anomaly {
  /** Document in which the update was released; of a row without one, that of its vulnerability. */
  readonly releaseId: ReleaseId;
  readonly kind: AnomalyKind;
  readonly kb: KbNumber | null;
  /** Names of the products concerned, sorted; empty where it is of the update itself. */
  readonly products: readonly string[];
  /** What is published, and what speaks against it. */
  readonly detail: string;
}

interface Found {
  readonly detail: string;
  readonly product?: number;
  readonly releaseId?: ReleaseId;
}

/** Anomalies as they are found; the same of several products is one. */
export class AnomalyList {
  private readonly catalogue: Catalogue;
  private readonly byKey = new Map<string, Omit<Anomaly, 'products'> & { readonly products: Set<string> }>();

  constructor(catalogue: Catalogue) {
    this.catalogue = catalogue;
  }

  add(kind: AnomalyKind, kb: KbNumber | null, { detail, product, releaseId }: Found): void {
    const release = releaseId ?? (kb === null ? undefined : this.catalogue.findRelease(kb)?.releaseId);
    if (release === undefined) return;
    const key = `${release} ${kind} ${kb ?? ''} ${detail}`;
    const known = this.byKey.get(key) ?? { releaseId: release, kind, kb, detail, products: new Set<string>() };
    this.byKey.set(key, known);
    if (product !== undefined) known.products.add(this.catalogue.productName(product));
  }

  /** By document, newest first, then kind and KB. */
  sorted(): readonly Anomaly[] {
    const order = new Map(this.catalogue.documents.map(({ id }, index) => [id, index]));
    const list = Array.from(this.byKey.values(), (each) => ({ ...each, products: [...each.products].sort() }));
    return list.sort(
      (a, b) =>
        (order.get(b.releaseId) ?? -1) - (order.get(a.releaseId) ?? -1) ||
        anomalyKinds.indexOf(a.kind) - anomalyKinds.indexOf(b.kind) ||
        Number(a.kb ?? 0) - Number(b.kb ?? 0) ||
        (a.detail < b.detail ? -1 : 1),
    );
  }
}
