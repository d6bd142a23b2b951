/** Defender's `PublicProductFixDto`; keys in wire order, each always present. */
export interface MissingKb {
  /** Digits only. */
  readonly id: string;
  readonly name: string;
  readonly osBuild: number | null;
  readonly productsNames: readonly string[];
  readonly url: string;
  readonly machineMissedOn: number;
  readonly cveAddressed: number;
}

/** Fragment of the collection's `@odata.context`. */
export const missingKbContext = 'Collection(microsoft.windowsDefenderATP.api.PublicProductFixDto)';
