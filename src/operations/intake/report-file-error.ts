/** Why a file gave no report, or a member of an archive none. */
export type ReportFileReason =
  | 'file-missing'
  | 'file-unreadable'
  | 'file-too-large'
  | 'archive-damaged'
  | 'archive-encrypted'
  | 'archive-unsupported'
  | 'archive-too-large';

/** A file or a member of an archive that cannot be opened; the message names it. */
export class ReportFileError extends Error {
  override readonly name = 'ReportFileError';
  readonly code: ReportFileReason;
  /** A path, `-`, or `archive.zip!/path/in/it`. */
  readonly source: string;

  constructor(source: string, code: ReportFileReason, reason: string, options?: ErrorOptions) {
    super(`${source}: ${reason}`, options);
    this.source = source;
    this.code = code;
  }
}
