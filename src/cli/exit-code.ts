/** Exit codes of every command. Where several hold, 2 wins, then 1, then 3. */
export const exitCodes = {
  /** Nothing missing, all assessed. */
  clean: 0,
  /** Something is missing. */
  missing: 1,
  /** Wrong usage, unreadable input, or a catalogue that cannot be read. */
  unusable: 2,
  /** Nothing missing that is known, but a device is not (or only partly) assessed. */
  undetermined: 3,
  /** Ctrl-C. */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** A mistake of the caller: told in one line on stderr, exit 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
  readonly code = 'usage';
}
