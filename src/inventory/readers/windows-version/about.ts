import { versionOfBuild } from '../../facts/cbs-package.ts';
import type { ReportedOs } from '../../inventory.ts';

/** `(OS Build 19045.3930)`, `Betriebssystembuild 22621.1234`, `10.0.17763.5329`: number and UBR, not part of a longer version. */
const build = /(?<![\d.])(?:10\.0\.)?(1[0-9]\d{3}|2[0-9]\d{3})\.([1-9]\d{0,4})(?![\d.]*\d)/g;

/** A display version as a word of its own. */
const display = /(?<![\w.])(\d{2}H[12]|1[5-9]0[0-9]|20(?:04|H2)|19(?:03|09))(?![\w.])/;

/**
 * What winver and Settings > About show, typed or copied: `Version 22H2 (OS Build 19045.3930)` and maybe the edition,
 * whatever the language calls them. `undefined` where there is no build, or more than one.
 */
export function aboutLine(text: string): Partial<ReportedOs> | undefined {
  const plain = text.replace(/[\u200e\u200f\ufeff]/g, '');
  const found = new Map(
    Array.from(plain.matchAll(build), (match) => [match[0].replace(/^10\.0\./, ''), match] as const),
  );
  const [match] = [...found.values()];
  if (match === undefined || found.size > 1) return undefined;
  const [major, minor] = versionOfBuild(Number(match[1]));
  const displayVersion = display.exec(plain)?.[1];
  const name = nameIn(plain);
  if (name === undefined && displayVersion === undefined && plain.trim() !== match[0].trim()) return undefined;
  return {
    name,
    displayVersion,
    build: { major, minor, build: Number(match[1]), ubr: Number(match[2]) },
  };
}

/** `Windows 11 Pro`, up to the end of its words: no numbers of versions, no brackets. */
function nameIn(text: string): string | undefined {
  return /(?:Microsoft )?Windows (?:Server )?(?:\d{1,2}|20\d\d)(?: R2)?(?![\w.])(?: [A-Za-z][A-Za-z-]*(?![\w.]))*/
    .exec(text)?.[0]
    ?.replace(/ (?:version|build|os).*$/i, '');
}
