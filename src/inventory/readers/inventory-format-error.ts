/** A report that cannot be read: of no known format, or wrong inside its format. */
export class InventoryFormatError extends Error {
  override readonly name = 'InventoryFormatError';
  readonly code = 'inventory-format';
  readonly source: string;
  readonly expected: string;
  readonly received: string;

  constructor(source: string, expected: string, received: string) {
    super(`${source}: expected ${expected}, got ${received}`);
    this.source = source;
    this.expected = expected;
    this.received = received;
  }
}
