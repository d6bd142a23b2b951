/**
 * A text that is not what the field's term demands, e.g. `expected a KB number such as 5034127, got "KB12"`.
 * `expected` and `received` hold the two halves of that sentence.
 */
export class TermFormatError extends Error {
  override readonly name = 'TermFormatError';
  readonly code = 'term-format';
  readonly expected: string;
  readonly received: string;

  constructor(expected: string, received: string) {
    super(`expected ${expected}, got ${JSON.stringify(received.slice(0, 200))}`);
    this.expected = expected;
    this.received = received;
  }
}
