import { isKnownPage } from './code-page.ts';

/** An encoding that nobody knows. */
export class EncodingNameError extends Error {
  override readonly name = 'EncodingNameError';
  readonly code = 'encoding-name';

  constructor(received: string) {
    super(
      'expected an encoding such as utf-8, utf-16le, cp850, windows-1252, gbk, big5, shift_jis, euc-kr or the number of ' +
        `a code page, got ${JSON.stringify(received.slice(0, 60))}`,
    );
  }
}

/** What Windows, .NET and PowerShell call encodings by other words than the Encoding Standard. */
const otherNames: Readonly<Record<string, string>> = {
  '1200': 'utf-16le',
  '1201': 'utf-16be',
  '65001': 'utf-8',
  '20127': 'utf-8',
  '28591': 'windows-1252',
  '20866': 'koi8-r',
  '21866': 'koi8-u',
  '866': 'ibm866',
  '874': 'windows-874',
  '936': 'gb18030',
  '54936': 'gb18030',
  '51949': 'cp949',
  utf8bom: 'utf-8',
  utf8nobom: 'utf-8',
  utf16: 'utf-16le',
  unicode: 'utf-16le',
  bigendianunicode: 'utf-16be',
  gbk: 'gb18030',
  gb2312: 'gb18030',
  sjis: 'cp932',
  shiftjis: 'cp932',
  windows31j: 'cp932',
  uhc: 'cp949',
  euckr: 'cp949',
  ksc56011987: 'cp949',
  big5: 'cp950',
};

/**
 * An encoding as `decodePage` wants it: `cp850` for `850`, `CP850`, `ibm-850` or `oem850`, `windows-1252` for `1252`, `cp1252`
 * `gb18030` for `gbk`. @throws {EncodingNameError}
 */
export function parseEncodingName(text: string): string {
  const bare = text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '');
  const number = /^(?:cp|ibm|oem|windows|win|x|codepage|ms)?(\d{3,5})$/.exec(bare)?.[1];
  const known = ownValue(otherNames, number ?? '') ?? ownValue(otherNames, bare);
  if (known !== undefined) return known;
  if (number !== undefined) {
    if (/^125[0-8]$/.test(number)) return `windows-${number}`;
    if (isKnownPage(`cp${number}`)) return `cp${number}`;
  }
  const label = labelOf(text.trim()) ?? labelOf(bare);
  if (label === undefined) throw new EncodingNameError(text);
  return label;
}

function ownValue(record: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

function labelOf(text: string): string | undefined {
  try {
    return new TextDecoder(text).encoding;
  } catch {
    return undefined;
  }
}
