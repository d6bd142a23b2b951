import { isUtf8 } from 'node:buffer';
import { bufferOf, decodePage } from '../encoding/code-page.ts';
import { EncodingNameError, parseEncodingName } from '../encoding/encoding-name.ts';
import { findFittingPage } from '../encoding/fitting-page.ts';
import { findTextParts } from '../encoding/text-parts.ts';

/** Damaged UTF-8 is still UTF-8 where it has this many good letters to a bad one. */
const goodToBad = 10;
/** By which the encoding of 8-bit text is judged. */
const judgedBytes = 1024 * 1024;

/**
 * Text of a report in whatever encoding the device wrote, without byte-order marks and with plain line ends. In this order:
 * byte-order mark, UTF-16 told by its zero bytes (also behind or before 8-bit text), UTF-8, what an XML declaration names, else
 * the code page that fits best.
 * `encoding` (`cp850`, `gbk` …) says what 8-bit text is in; a byte-order mark and UTF-16 win over it.
 * @throws {EncodingNameError} for an `encoding` that is none.
 */
export function decodeText(bytes: Uint8Array, encoding?: string): string {
  const named = encoding === undefined ? undefined : parseEncodingName(encoding);
  if (named?.startsWith('utf-16') === true) return tidied(decodePage(bytes, named));
  const parts = findTextParts(bytes);
  const [only] = parts;
  if (only === undefined) return '';
  const narrow = parts.filter(({ kind }) => kind === '8-bit').map(({ start, end }) => bytes.subarray(start, end));
  const decode = narrowDecoder(narrow.length === 1 ? (narrow[0] ?? bytes) : Buffer.concat(narrow), named);
  const texts = parts.map(({ kind, start, end }) => {
    const part = bytes.subarray(start, end);
    return kind === '8-bit' ? decode(part) : decodePage(part, kind);
  });
  return tidied(texts.join(''));
}

/** How the 8-bit parts of a report are to be read; all alike, since one machine wrote them. */
function narrowDecoder(bytes: Uint8Array, named: string | undefined): (part: Uint8Array) => string {
  const hasMark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
  if (hasMark || (named === undefined && isUtf8(bytes)) || named === 'utf-8') return decodeUtf8;
  if (named !== undefined) return (part) => decodePage(part, named);
  const declared = declaredEncoding(bytes);
  if (declared !== undefined) return (part) => decodePage(part, declared);
  if (isMostlyUtf8(bytes)) return decodeUtf8;
  const lines = linesOf(bytes.subarray(0, judgedBytes));
  const inPage = lines.filter((line) => hasHighByte(line) && !isUtf8(line));
  const inUtf8 = lines.filter((line) => hasHighByte(line) && isUtf8(line));
  // Another program added lines. One such line alone may be two bytes of a page that look like UTF-8.
  const isMixed = inUtf8.length > 0 && inUtf8.length >= inPage.length;
  const page = findFittingPage(bytes, isMixed ? inPage : [...inPage, ...inUtf8]);
  if (!isMixed) return (part) => decodePage(part, page);
  return (part) =>
    linesOf(part)
      .map((line) => (isUtf8(line) ? decodeUtf8(line) : decodePage(line, page)))
      .join('');
}

/** Of `<?xml version="1.0" encoding="windows-1252"?>`; `undefined` for what says UTF-8 or UTF-16 and is none, and for unknown names. */
function declaredEncoding(bytes: Uint8Array): string | undefined {
  const head = bufferOf(bytes.subarray(0, 400)).toString('latin1');
  const name = /^\s*<\?xml\s[^>]{0,200}?\bencoding\s{0,9}=\s{0,9}["']([\w.:-]{2,40})["']/.exec(head)?.[1];
  if (name === undefined) return undefined;
  try {
    const declared = parseEncodingName(name);
    return declared.startsWith('utf-') ? undefined : declared;
  } catch (error) {
    if (error instanceof EncodingNameError) return undefined;
    throw error;
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  return bufferOf(bytes).toString('utf8');
}

/** Cut in the middle of a letter, or with a few bytes of another program in it. */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  const text = decodeUtf8(bytes.subarray(0, judgedBytes));
  const bad = text.split('\ufffd').length - 1;
  const good = text.match(/[\u0080-\ufffc]/g)?.length ?? 0;
  return good - bad > bad * goodToBad;
}

function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let start = 0; start < bytes.length;) {
    const end = bytes.indexOf(0x0a, start);
    const next = end === -1 ? bytes.length : end + 1;
    lines.push(bytes.subarray(start, next));
    start = next;
  }
  return lines;
}

function hasHighByte(bytes: Uint8Array): boolean {
  return bytes.some((byte) => byte >= 0x80);
}

/** Byte-order marks mean nothing in the middle of a file either; CR CR LF is one line end, and so is CR where there is no LF. */
function tidied(text: string): string {
  const bare = text.includes('\ufeff') ? text.replaceAll('\ufeff', '') : text;
  if (bare.includes('\r\r\n')) return bare.replace(/\r{2,}\n/g, '\r\n');
  return bare.includes('\r') && !bare.includes('\n') ? bare.replaceAll('\r', '\n') : bare;
}
