import { TermFormatError } from './term-format-error.ts';

/**
 * Version of Windows, `10.0.18363.657`. `ubr` (update build revision) is the fourth part and `undefined` where the
 * text has three: most inventories do not know it.
 */
export interface WindowsBuild {
  readonly major: number;
  readonly minor: number;
  readonly build: number;
  readonly ubr: number | undefined;
}

const pattern = /^\s*(\d{1,2})\.(\d{1,2})\.(\d{4,5})(?:\.(\d{1,5}))?\s*$/;

/** `10.0.19045` or `10.0.19045.3930`; `undefined` for anything else. */
export function tryParseWindowsBuild(text: string): WindowsBuild | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  const [, major, minor, build, ubr] = match;
  return {
    major: Number(major),
    minor: Number(minor),
    build: Number(build),
    ubr: ubr === undefined ? undefined : Number(ubr),
  };
}

/** @throws {TermFormatError} where `text` is no Windows build. */
export function parseWindowsBuild(text: string): WindowsBuild {
  const build = tryParseWindowsBuild(text);
  if (build === undefined) throw new TermFormatError('a Windows build such as 10.0.19045.3930', text);
  return build;
}

/** `10.0.19045.3930`, or `10.0.19045` where the UBR is not known. */
export function formatWindowsBuild({ major, minor, build, ubr }: WindowsBuild): string {
  const base = `${major}.${minor}.${build}`;
  return ubr === undefined ? base : `${base}.${ubr}`;
}
