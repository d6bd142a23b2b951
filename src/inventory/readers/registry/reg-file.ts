import type { RegistryData, RegistryKey } from '../../facts/registry-keys.ts';

/** `Windows Registry Editor Version 5.00`, `REGEDIT4`: never localised. */
export function isRegFile(text: string): boolean {
  return /^[\s\ufeff]{0,20}(?:Windows Registry Editor Version \d|REGEDIT4)/.test(text.slice(0, 200));
}

/** Keys and values of a `.reg` export. Keys that it would delete (`[-HKEY…]`) are none. */
export function parseRegFile(text: string): readonly RegistryKey[] {
  const keys: { readonly path: string; readonly values: Map<string, RegistryData> }[] = [];
  let open: Map<string, RegistryData> | undefined;
  for (const line of joinedLines(text)) {
    const path = /^\[(-?)([^\r\n]{1,500})\]\s*$/.exec(line);
    if (path !== null) {
      open = path[1] === '-' ? undefined : new Map();
      if (open !== undefined) keys.push({ path: path[2] ?? '', values: open });
      continue;
    }
    const value = /^\s*(?:@|"((?:[^"\\]|\\.){0,500})")=(.*)$/.exec(line);
    const data = value === null ? undefined : dataOf(value[2] ?? '');
    if (data !== undefined) open?.set(unescaped(value?.[1] ?? '').toLowerCase(), data);
  }
  return keys;
}

/** Long hexadecimal data goes on in the next line, after a backslash. */
function joinedLines(text: string): readonly string[] {
  const joined: string[] = [];
  let parts: string[] = [];
  for (const line of text.split(/\r*\n/)) {
    const goesOn = /,\s*\\\s*$/.test(line);
    parts.push(goesOn ? line.replace(/\\\s*$/, '').trim() : parts.length > 0 ? line.trim() : line);
    if (goesOn) continue;
    joined.push(parts.join(''));
    parts = [];
  }
  return parts.length > 0 ? [...joined, parts.join('')] : joined;
}

function dataOf(written: string): RegistryData | undefined {
  const text = written.trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"/.exec(text)?.[1];
  if (quoted !== undefined) return unescaped(quoted);
  const dword = /^dword:([0-9a-f]{1,8})$/i.exec(text)?.[1];
  if (dword !== undefined) return Number.parseInt(dword, 16);
  const hex = /^hex(?:\(([0-9a-f]{1,2})\))?:([0-9a-f,\s]*)$/i.exec(text);
  if (hex === null) return undefined;
  const bytes = Buffer.from((hex[2] ?? '').replace(/[^0-9a-f]/gi, ''), 'hex');
  const kind = (hex[1] ?? '3').toLowerCase();
  if (kind === '4') return bytes.length === 4 ? bytes.readUInt32LE(0) : undefined;
  if (kind === 'b') return bytes.length === 8 ? Number(bytes.readBigUInt64LE(0)) : undefined;
  // Texts with variables, lists of texts, plain texts: UTF-16 with a zero at the end.
  return ['1', '2', '7'].includes(kind)
    ? bytes.toString('utf16le').replace(/\0+$/, '').replaceAll('\0', ' ')
    : undefined;
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
