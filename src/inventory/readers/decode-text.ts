import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Text of a report in whatever encoding the device wrote: byte-order mark, UTF-16 without one (told by its zero bytes,
 * also behind glued ASCII as wmic writes it), UTF-8, else the console code page of the language that the report names.
 * What the readers look for is ASCII, so a wrong code page costs the letters of a name, never a fact.
 */
export function decodeText(bytes: Uint8Array, encoding?: string): string {
  if (encoding !== undefined) return decodePage(bytes, encoding);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes);
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be').decode(bytes);
  const firstZero = bytes.subarray(0, 4096).indexOf(0);
  if (firstZero !== -1 && zeroShare(bytes) > 0.2) return decodeUtf16(bytes, firstZero);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return decodeCodePage(bytes);
  }
}

function zeroShare(bytes: Uint8Array): number {
  const sample = bytes.subarray(0, 65_536);
  let zeros = 0;
  for (const byte of sample) if (byte === 0) zeros += 1;
  return zeros / sample.length;
}

function decodeUtf16(bytes: Uint8Array, firstZero: number): string {
  if (firstZero === 0) return new TextDecoder('utf-16be').decode(bytes);
  const prefix = new TextDecoder('latin1').decode(bytes.subarray(0, firstZero - 1));
  return prefix + new TextDecoder('utf-16le').decode(bytes.subarray(firstZero - 1)).replace(/^\ufeff/, '');
}

/** Console code pages by the language tag of systeminfo's locale lines (`zh-cn;…`, `ru;…`). */
const codePages: Readonly<Record<string, string>> = {
  ru: 'ibm866',
  uk: 'ibm866',
  be: 'ibm866',
  bg: 'ibm866',
  'zh-cn': 'gb18030',
  'zh-tw': 'big5',
  'zh-hk': 'big5',
  ja: 'shift_jis',
  ko: 'euc-kr',
  pl: 'cp852',
  cs: 'cp852',
  hu: 'cp852',
  sk: 'cp852',
  ro: 'cp852',
  hr: 'cp852',
  sl: 'cp852',
  tr: 'cp857',
  el: 'cp737',
  et: 'cp775',
  lv: 'cp775',
  lt: 'cp775',
  he: 'cp862',
  th: 'windows-874',
  'en-us': 'cp437',
};

function decodeCodePage(bytes: Uint8Array): string {
  const ascii = new TextDecoder('latin1').decode(bytes.subarray(0, 65_536));
  const tag = /\b([a-z]{2}(?:-[a-z]{2})?);/.exec(ascii)?.[1] ?? 'en-us';
  return decodePage(bytes, codePages[tag] ?? codePages[tag.slice(0, 2)] ?? 'cp850');
}

function decodePage(bytes: Uint8Array, page: string): string {
  return page.startsWith('cp') ? decodeSingleBytes(bytes, page) : new TextDecoder(page).decode(bytes);
}

/** Only the tables of iconv-lite, and only when asked for: few reports need one, and the whole package is slow to start. */
function decodeSingleBytes(bytes: Uint8Array, page: string): string {
  const pages = require('iconv-lite/encodings/sbcs-data-generated.js') as Readonly<
    Record<string, { readonly chars: string }>
  >;
  const upper = pages[page]?.chars ?? '';
  return Buffer.from(bytes)
    .toString('latin1')
    .replace(/[\x80-\xff]/g, (byte) => upper[byte.charCodeAt(0) - 0x80] ?? '\ufffd');
}
