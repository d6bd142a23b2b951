/** A file, an entry or an archive holds more than is read. The message names size and limit, and no place: who catches it knows that. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError';
  readonly code = 'too-large';
}
