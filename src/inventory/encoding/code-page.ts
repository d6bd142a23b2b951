import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

interface PageTable {
  readonly chars?: string;
}

/** Pages that Windows has more letters in than `TextDecoder` (`똠`, `①`). */
const widePages = ['cp932', 'cp949', 'cp950'];

/**
 * Text in one encoding: a label that `TextDecoder` knows (`windows-1252`, `gb18030`), or a page of Windows that it lacks
 * (`cp850`, `cp949`).
 */
export function decodePage(bytes: Uint8Array, page: string): string {
  // By far the faster way.
  if (page === 'utf-16le') return bufferOf(bytes).toString('utf16le');
  if (widePages.includes(page)) return decodeWide(bytes, page);
  return page.startsWith('cp') ? decodeSingleBytes(bytes, page) : new TextDecoder(page).decode(bytes);
}

function decodeWide(bytes: Uint8Array, page: string): string {
  const { decode } = require('iconv-lite') as { readonly decode: (bytes: Buffer, page: string) => string };
  return decode(bufferOf(bytes), page);
}

/** Bytes of a text in a page that `decodePage` knows; `undefined` where the page lacks a letter of it. */
export function encodePage(text: string, page: string): Buffer | undefined {
  const { encode } = require('iconv-lite') as { readonly encode: (text: string, page: string) => Buffer };
  const bytes = encode(text, page);
  return decodePage(bytes, page) === text ? bytes : undefined;
}

/** The same bytes, not a copy. */
export function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** Whether `decodePage` knows a page such as `cp850`. */
export function isKnownPage(page: string): boolean {
  return widePages.includes(page) || (/^cp\d{3,4}$/.test(page) && upperHalf(page) !== undefined);
}

function decodeSingleBytes(bytes: Uint8Array, page: string): string {
  const upper = upperHalf(page) ?? '';
  return bufferOf(bytes)
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (byte) => upper[byte.charCodeAt(0) - 0x80] ?? '\ufffd');
}

/** Only the tables of iconv-lite, and only when asked for: few reports need one, and the whole package is slow to start. */
function upperHalf(page: string): string | undefined {
  const generated = require('iconv-lite/encodings/sbcs-data-generated.js') as Readonly<Record<string, PageTable>>;
  if (Object.hasOwn(generated, page)) return generated[page]?.chars;
  const others = require('iconv-lite/encodings/sbcs-data.js') as Readonly<Record<string, PageTable>>;
  return Object.hasOwn(others, page) ? others[page]?.chars : undefined;
}
