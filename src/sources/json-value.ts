import { DocumentError } from './document-error.ts';

/** UTF-8 text of a feed, without a byte-order mark. */
export function feedText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8').decode(bytes);
}

/** The largest feed in JSON has 2 MB; parsed, bytes take ten times their room. */
const largestJsonBytes = 32 * 1024 * 1024;

/** @throws {DocumentError} where the text is no JSON or too long; `expected` says what was. */
export function parseFeedJson(source: string, bytes: Uint8Array, expected: string): unknown {
  if (bytes.length > largestJsonBytes)
    throw new DocumentError(source, `has ${bytes.length} bytes, more than the ${largestJsonBytes} of any feed in JSON`);
  try {
    return JSON.parse(feedText(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new DocumentError(source, `expected ${expected}, got text that is no JSON: ${reason}`, { cause: error });
  }
}

export function asObject(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

/** A list as it is; nothing is an empty one. */
export function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

/** A text or number as trimmed text; `''` for all else. */
export function asText(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' ? String(value) : '';
}

/** For messages: what came, cut to a length that a line can bear. */
export function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
