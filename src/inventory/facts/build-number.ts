import { tryParseWindowsBuild } from '../../terms/windows-build.ts';
import type { WindowsBuild } from '../../terms/windows-build.ts';
import { versionOfBuild } from './cbs-package.ts';

/**
 * `19045`, `19045.3930`, `10.0.19045` or `10.0.19045.3930` (text or number) as a build; `undefined` for what is no build of
 * Windows. A fourth part of 0 is what tools write that do not know it: no UBR.
 */
export function parseBuild(value: unknown): WindowsBuild | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  const short = /^(\d{4,5})(?:\.(\d{1,5}))?$/.exec(text);
  const found = short === null ? tryParseWindowsBuild(text) : fromNumber(Number(short[1]), short[2]);
  return found === undefined || !isWindows(found)
    ? undefined
    : { ...found, ubr: found.ubr === 0 ? undefined : found.ubr };
}

/** The UBR as the registry has it: `3930`, `"3930"`, `"0xf5a"`, `dword:00000f5a`; `undefined` for what is none. */
export function parseUbr(value: unknown): number | undefined {
  const text = typeof value === 'number' ? String(value) : typeof value === 'string' ? value.trim() : '';
  const hex = /^(?:0x|dword:)([0-9a-f]{1,8})$/i.exec(text)?.[1];
  const ubr = hex !== undefined ? Number.parseInt(hex, 16) : /^\d{1,5}$/.test(text) ? Number(text) : 0;
  return ubr > 0 && ubr < 100_000 ? ubr : undefined;
}

function fromNumber(build: number, ubr: string | undefined): WindowsBuild | undefined {
  const [major, minor] = versionOfBuild(build);
  return major === 0 ? undefined : { major, minor, build, ubr: ubr === undefined ? undefined : Number(ubr) };
}

function isWindows({ major, minor, build }: WindowsBuild): boolean {
  const [expectedMajor, expectedMinor] = versionOfBuild(build);
  return major === expectedMajor && minor === expectedMinor;
}
