import { readFileSync } from 'node:fs';
import iconv from 'iconv-lite';

interface Language {
  readonly tag: string;
  readonly oem: string;
  readonly ansi: string;
  readonly host: string;
  readonly na: string;
  readonly build: string;
  readonly locale: string;
  readonly labels: readonly string[];
}

/** What systeminfo says of one and the same machine in a language of Windows, but for its name. */
export interface SysteminfoText {
  /** `de` */
  readonly tag: string;
  /** Code pages that its machines write, as iconv-lite calls them. */
  readonly pages: readonly string[];
  /** The machine's name, with letters of the language. */
  readonly host: string;
  readonly text: string;
}

/** What every one of the texts says. */
export const saidFacts = {
  build: '10.0.19045',
  architecture: 'x64',
  installationType: 'Client',
  kbs: ['5011048', '5015684', '5037589'],
  ipAddresses: ['192.0.2.17', 'fe80::1c2d:3e4f:5061:7283'],
} as const;

const { languages } = JSON.parse(readFileSync(new URL('./systeminfo-languages.json', import.meta.url), 'utf8')) as {
  readonly languages: readonly Language[];
};

/** One text a language, with line ends CR LF. */
export const systeminfoTexts: readonly SysteminfoText[] = languages.map((language) => ({
  tag: language.tag,
  pages: [...new Set([language.oem, language.ansi])],
  host: language.host,
  text: write(language),
}));

/** `text` in a code page or encoding of iconv-lite. @throws {Error} where a letter is not in it: a mistake in the text. */
export function encoded(text: string, page: string): Buffer {
  const bytes = iconv.encode(text, page);
  if (iconv.decode(bytes, page, { stripBOM: false }) !== text)
    throw new Error(`${page} lacks a letter of ${text.slice(0, 40)}`);
  return bytes;
}

function write({ host, na, build, locale, labels }: Language): string {
  const values: readonly (readonly string[])[] = [
    [host],
    ['Microsoft Windows 10 Pro'],
    [`10.0.19045 ${na} ${build} 19045`],
    ['Microsoft Corporation'],
    ['Workstation'],
    ['Multiprocessor Free'],
    ['User'],
    ['Contoso'],
    ['x64-based PC'],
    ['1', '[01]: Intel64 Family 6 Model 158 Stepping 9 GenuineIntel ~2808 Mhz'],
    [locale],
    [locale],
    ['(UTC+01:00)'],
    ['417 MB'],
    ['WORKGROUP'],
    ['3', ...saidFacts.kbs.map((kb, index) => `[0${index + 1}]: KB${kb}`)],
    ['1', '[01]: Intel(R) 82574L', ...saidFacts.ipAddresses.map((address, index) => `  [0${index + 1}]: ${address}`)],
  ];
  const rows = values.flatMap(([first = '', ...others], index) => [
    `${`${labels[index] ?? ''}:`.padEnd(40)}${first}`,
    ...others.map((other) => `${' '.repeat(40)}${other}`),
  ]);
  // cmd's code pages have no typographic apostrophe.
  return `\r\n${rows.join('\r\n')}\r\n`.replaceAll('’', "'");
}
