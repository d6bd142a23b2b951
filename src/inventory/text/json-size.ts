/** What parsing a JSON text would take, counted without parsing it. */
export interface JsonSize {
  /** Objects and lists, and what stands in them. */
  readonly containers: number;
  readonly values: number;
  /** How deep they nest. */
  readonly depth: number;
}

/**
 * Counts brackets and separators outside of texts. Where the JSON is broken the counts behind the fault are of no meaning; parsing
 * stops there, too.
 */
export function sizeOfJson(text: string): JsonSize {
  let [containers, separators, open, depth] = [0, 0, 0, 0];
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22: // "
        at = endOfText(text, at + 1);
        break;
      case 0x2c: // ,
        separators += 1;
        break;
      case 0x5b: // [
      case 0x7b: // {
        containers += 1;
        open += 1;
        if (open > depth) depth = open;
        break;
      case 0x5d: // ]
      case 0x7d: // }
        open -= 1;
        break;
      default:
    }
  }
  return { containers, values: separators + containers, depth };
}

/** The quote that closes a text whose first letter is at `from`. */
function endOfText(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at !== -1; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === 0x5c) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return text.length;
}
