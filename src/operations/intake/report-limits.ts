/** What reports may take before they are refused by name: nobody's file fills the memory or stops the machine. */
export interface ReportLimits {
  /** A file as it stands on disk, an archive too. */
  readonly largestFileBytes: number;
  /** One report, unpacked. */
  readonly largestReportBytes: number;
  /** All that one file unpacks to, archives inside it included. */
  readonly largestContentBytes: number;
  /** Files in one file's archives together, those that are passed over included. */
  readonly mostEntries: number;
  /** Archives in archives. */
  readonly deepestArchive: number;
  /** Compressed files and archives in one another. */
  readonly deepestPacking: number;
  /** What unpacks to more than so many times its size is made to harm. Reports of real fleets reach some fifty. */
  readonly mostTimesPacked: number;
}

const mebibyte = 1024 * 1024;

export const reportLimits: ReportLimits = {
  largestFileBytes: 256 * mebibyte,
  largestReportBytes: 256 * mebibyte,
  largestContentBytes: 4096 * mebibyte,
  mostEntries: 100_000,
  deepestArchive: 3,
  deepestPacking: 8,
  mostTimesPacked: 500,
};

/** Below it a high ratio is no harm: a short text of one repeated line. */
export const harmlessBytes = mebibyte;
