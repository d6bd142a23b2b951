/** A kept feed that cannot be read. */
export class FeedFileError extends Error {
  override readonly name = 'FeedFileError';
  readonly code = 'feed-file';
}
