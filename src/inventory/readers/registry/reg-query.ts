import type { RegistryData, RegistryKey } from '../../facts/registry-keys.ts';

/** Keys stand at the line's beginning, maybe with the computer: `\\SRV1\HKEY_LOCAL_MACHINE\SOFTWARE\…`. */
const keyLine = /^(?:\\\\[\w.-]{1,255}\\)?(?:HKEY_[A-Z_]{5,30}|HKLM|HKCU|HKU|HKCR|HKCC)\\[^\r\n]{1,500}$/i;
/** Values stand below, four blanks or a tab between name, type and data; on Windows XP tabs. */
const valueLine =
  /^(?: {4}|\t)[ \t]*(\S[^\r\n]{0,500}?)?(?: {4}|\t)[ \t]*(REG_[A-Z_]{2,40})(?:(?: {4}|\t)[ \t]*([^\r\n]*))?$/;

export function isKeyLine(line: string): boolean {
  return keyLine.test(line);
}

/** Keys and values as `reg query` prints them, in any language: the tool localises its sentences, not these. */
export function parseRegQuery(text: string): readonly RegistryKey[] {
  const keys: { readonly path: string; readonly values: Map<string, RegistryData> }[] = [];
  for (const line of text.replace(/^\ufeff/, '').split(/\r*\n/)) {
    const plain = line.trimEnd();
    if (isKeyLine(plain)) keys.push({ path: plain, values: new Map() });
    const value = keys.length === 0 ? null : valueLine.exec(plain);
    if (value === null) continue;
    const [, name = '', type = '', data = ''] = value;
    keys.at(-1)?.values.set(name.trim().toLowerCase(), dataOf(type, data.trim()));
  }
  return keys;
}

function dataOf(type: string, data: string): RegistryData {
  const hex = /^REG_[DQ]WORD/i.test(type) ? /^0x([0-9a-f]{1,16})/i.exec(data)?.[1] : undefined;
  return hex === undefined ? data : Number.parseInt(hex, 16);
}
