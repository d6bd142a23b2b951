import type { ServicingChannel } from '../../catalogue/windows-lifecycle.ts';

/** How long one product, or one channel of a Windows, is serviced. Days are UTC and the last ones of servicing. */
export interface LifecycleRow {
  /** As the source calls it: `Windows 11 24H2 (W)`, `.NET 8.0`; `''` where the build says it all. */
  readonly product: string;
  /** Of Windows: `26100`. */
  readonly build: number | null;
  /** Of Windows, where editions differ. */
  readonly channel: ServicingChannel | null;
  /** `null`: no end is announced. */
  readonly end: string | null;
  /** Last day of paid extended security updates, where there are any. */
  readonly esuEnd: string | null;
}

/** By build, channel and product. */
export interface ProductLifecycleData {
  readonly rows: readonly LifecycleRow[];
}
