/** A bundle that cannot be used: damaged, badly signed, of another format, or holding what it must not. */
export class BundleError extends Error {
  override readonly name = 'BundleError';
  readonly code = 'bundle-unreadable';
  /** Path of the bundle. */
  readonly source: string;

  constructor(source: string, reason: string, options?: ErrorOptions) {
    super(`${source}: ${reason}`, options);
    this.source = source;
  }
}
