/** JSON as a report has it: one document, or one in each line, as log files and exports for bulk loading write it. */
export interface JsonText {
  readonly values: readonly unknown[];
  /** One value a line. */
  readonly isLines: boolean;
  /** Lines that are no JSON, counted from 1: a log's last line is often cut. */
  readonly badLines: readonly number[];
}

/** Lines that may be broken in a file of lines before it is no such file. */
const badLineShare = 0.2;

/**
 * The values of a text that starts with `{` or `[`; `undefined` where it is neither JSON nor lines of JSON.
 * `__proto__` and the like become plain keys of their object, as in `JSON.parse`.
 */
export function parseJsonText(text: string): JsonText | undefined {
  const whole = tryParse(text);
  if (whole !== undefined) return { values: [whole.value], isLines: false, badLines: [] };
  return parseLines(text);
}

function parseLines(text: string): JsonText | undefined {
  const values: unknown[] = [];
  const badLines: number[] = [];
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    if (line.trim() === '') continue;
    const parsed = tryParse(line);
    if (parsed !== undefined) values.push(parsed.value);
    else badLines.push(number);
    if (values.length === 0 && badLines.length > 0) return undefined;
  }
  if (values.length === 0 || badLines.length > Math.max(1, values.length * badLineShare)) return undefined;
  // A value in its first line and rubbish behind it is no file of lines.
  if (values.length === 1 && badLines.length > 0) return undefined;
  return { values, isLines: true, badLines };
}

function tryParse(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}
