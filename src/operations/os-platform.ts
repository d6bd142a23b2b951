/** Defender's `osPlatform` by the name of an operating system; the first that fits counts. */
const platforms: readonly [RegExp, (match: RegExpExecArray) => string][] = [
  [/\bwindows server (20\d\d)( r2)?\b/, ([, year, r2]) => `WindowsServer${year}${r2 === undefined ? '' : 'R2'}`],
  // "Windows Server, version 20H2": a release without a year of its own.
  [/\bwindows server\b/, () => 'WindowsServer'],
  [/\bwindows (7|10|11)\b/, ([, version]) => `Windows${version}`],
  // Defender's word for 8.1.
  [/\bwindows 8\.1\b/, () => 'Windows8Blue'],
  [/\bwindows 8\b/, () => 'Windows8'],
  [/\bwindows vista\b/, () => 'WindowsVista'],
];

/**
 * `Windows10`, `WindowsServer2012R2` … from a product name (`Windows Server 2012 R2 (Server Core installation)`) or from
 * what an inventory says (`Microsoft® Windows Server® 2008 Standard`); `null` where neither is recognised.
 * Source: Defender for Endpoint API, resource "machine", property `osPlatform`.
 */
export function osPlatformOf(osName: string): string | null {
  const name = osName
    .toLowerCase()
    .replace(/®|™|\((?:r|tm)\)/g, '')
    .replace(/\s+/g, ' ');
  for (const [pattern, platform] of platforms) {
    const match = pattern.exec(name);
    if (match !== null) return platform(match);
  }
  return null;
}
