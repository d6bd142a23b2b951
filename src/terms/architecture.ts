/** Processor architecture as kbgap writes it. `ia64` exists for Windows Server 2008 (R2) only; ARM of 32 bits (Windows RT) is told as `arm64`. */
export type Architecture = 'x64' | 'x86' | 'arm64' | 'ia64';

const spellings: readonly [RegExp, Architecture][] = [
  [/\barm|aarch64/i, 'arm64'],
  [/ia-?64|itanium/i, 'ia64'],
  [/x64|amd64|x86[_-]64|64/i, 'x64'],
  [/x86|i[3-6]86|32/i, 'x86'],
];

/**
 * Any spelling of inventories, `x64-based PC`, `AMD64`, `64-bit`, `64 ビット`, `ARM 64-bit Processor`, `x86`;
 * `undefined` where none is recognised.
 */
export function parseArchitecture(text: string): Architecture | undefined {
  return spellings.find(([pattern]) => pattern.test(text))?.[1];
}
