/** The references that XML knows without a DTD. Source: XML 1.0, fifth edition, sections 4.1, 4.6 and 2.2 (Char). */
const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

const reference = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([\dA-Fa-f]{1,6}));/g;

/** A text with its references resolved; each must be one that `endOfReference` knows. */
export function resolveReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(reference, (_, name?: string, decimal?: string, hex?: string) =>
    name === undefined
      ? String.fromCodePoint(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal))
      : (named.get(name) ?? ''),
  );
}

/** Where the reference that begins at an `&` ends; -1 where it is none, or stands for what is no character of XML. */
export function endOfReference(bytes: Uint8Array, start: number): number {
  const end = bytes.subarray(start, start + longestReference).indexOf(0x3b);
  if (end === -1) return -1;
  const text = String.fromCharCode(...bytes.subarray(start, start + end + 1));
  reference.lastIndex = 0;
  const match = reference.exec(text);
  if (match === null || match.index !== 0) return -1;
  const [, name, decimal, hex] = match;
  if (name !== undefined) return start + end + 1;
  return isCharacter(decimal === undefined ? Number.parseInt(hex ?? '', 16) : Number(decimal)) ? start + end + 1 : -1;
}

/** `&#1114111;` */
const longestReference = 10;

function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d;
  return code < 0xd800 || (code > 0xdfff && code < 0xfffe) || (code > 0xffff && code <= 0x10ffff);
}
