/**
 * Windows' name by Defender's `osPlatform`: `WindowsServer2012R2` is Windows Server 2012 R2, `Windows8Blue` Windows 8.1,
 * `Windows10WVD` Windows 10 for several sessions. `undefined` for other systems.
 * Source: Microsoft Learn, Defender for Endpoint API, machine resource type.
 */
export function windowsNameOf(platform: string): string | undefined {
  const words = /^Windows\s*(Server)?\s*(\d{1,4}(?:\.1)?)?\s*(R2|Blue)?/i.exec(platform.trim());
  if (words === null) return undefined;
  const [, server, number, suffix] = words;
  if (number === undefined) return server === undefined ? 'Windows' : 'Windows Server';
  const version = suffix?.toLowerCase() === 'blue' ? `${number}.1` : suffix === undefined ? number : `${number} R2`;
  return server === undefined ? `Windows ${version}` : `Windows Server ${version}`;
}
