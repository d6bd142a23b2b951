/** Scores of all vulnerabilities on one day, in columns: some 300,000 rows. Ascending by key. */
export interface EpssData {
  /** `epssKey` of each CVE. */
  readonly keys: Int32Array;
  /** Probability of exploitation within 30 days, in hundred-thousandths: 94_320 is 0.94320. */
  readonly scores: Int32Array;
  /** Share of vulnerabilities with this score or less, in hundred-thousandths. */
  readonly percentiles: Int32Array;
}

export interface EpssScore {
  /** 0 to 1. */
  readonly score: number;
  readonly percentile: number;
}

export const epssUnit = 100_000;

const pattern = /^CVE-(\d{4})-(\d{4,7})$/;

/** A number for a CVE that fits 31 bits, years from 1999 on; `undefined` for what is none. */
export function epssKey(cve: string): number | undefined {
  const match = pattern.exec(cve);
  const year = Number(match?.[1]);
  return match === null || year < 1999 || year > 2200 ? undefined : (year - 1999) * 10_000_000 + Number(match[2]);
}

/** `undefined` for a CVE without a score. */
export function findEpss({ keys, scores, percentiles }: EpssData, cve: string): EpssScore | undefined {
  const wanted = epssKey(cve);
  if (wanted === undefined) return undefined;
  let from = 0;
  let to = keys.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((keys[middle] ?? 0) < wanted) from = middle + 1;
    else to = middle;
  }
  if (keys[from] !== wanted) return undefined;
  return { score: (scores[from] ?? 0) / epssUnit, percentile: (percentiles[from] ?? 0) / epssUnit };
}
