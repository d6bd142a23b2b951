/** A document that cannot be used as a whole: truncated, not CVRF, of an unreadable encoding. */
export class DocumentError extends Error {
  override readonly name = 'DocumentError';
  readonly code = 'document-unreadable';
  /** Where it came from: a path, or path and entry of an archive. */
  readonly source: string;

  constructor(source: string, reason: string, options?: ErrorOptions) {
    super(`${source}: ${reason}`, options);
    this.source = source;
  }
}
