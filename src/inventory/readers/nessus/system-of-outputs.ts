import { agreedBuild } from '../../facts/agreed-build.ts';
import { parseBuild } from '../../facts/build-number.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import type { Architecture } from '../../../terms/architecture.ts';
import type { WindowsBuild } from '../../../terms/windows-build.ts';
import { plugins } from './finding.ts';
import type { Finding } from './finding.ts';

/** What the plugins say of the system itself. */
export interface ScannedSystem {
  readonly name: string | undefined;
  readonly build: WindowsBuild | undefined;
  readonly architecture: Architecture | undefined;
  /** Why no build is told although some are named. */
  readonly doubt: string | undefined;
}

/** A fingerprint below it is a guess. */
const leastConfidence = 95;

/**
 * The name that a service told before the fingerprint; the build is that of the registry and of the names, where all agree. Labels
 * mean nothing.
 */
export function systemOf(findings: readonly Finding[], named: string | undefined): ScannedSystem {
  const of = (plugin: number): readonly string[] =>
    findings.filter((finding) => finding.plugin === plugin).map(({ output }) => output.slice(0, 20_000));
  const registry = of(plugins.registryVersion);
  const identified = of(plugins.osIdentification).filter(isSure).flatMap(nameIn);
  const names = [
    ...of(plugins.nativeLanManager).flatMap(nameIn),
    ...identified,
    ...(named === undefined ? [] : [named]),
  ];
  const [name] = names;
  const builds = [...registry.map(buildInRegistry), ...names.map(buildInName)];
  return {
    name: name === undefined ? undefined : bareName(name),
    ...agreedBuild(builds.map((build) => ({ build, at: undefined }))),
    architecture: registry
      .map((output) => parseArchitecture(/=\s*(x64|x86|amd64|arm64)\s*$/im.exec(output)?.[1] ?? ''))
      .find((architecture) => architecture !== undefined),
  };
}

/** The one system behind the first colon; several in a row are candidates, and none is sure. */
function nameIn(output: string): readonly string[] {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  const at = lines.findIndex((line) => /:\s*(?:Microsoft )?Windows\b/i.test(line));
  const name = /:\s*((?:Microsoft )?Windows\b.{0,120})$/i.exec(lines[at] ?? '')?.[1];
  const isOneOfSeveral = /^(?:Microsoft )?Windows\b[^:]{0,120}$/i.test(lines[at + 1] ?? '');
  return name === undefined || isOneOfSeveral || !/\d/.test(name) ? [] : [name];
}

/** The confidence is the number that stands alone behind a colon; where none stands, nothing was guessed. */
function isSure(output: string): boolean {
  const confidence = /^[^:\r\n]{1,60}:\s*(\d{1,3})\s*$/m.exec(output)?.[1];
  return confidence === undefined || Number(confidence) >= leastConfidence;
}

/** `Operating system version = 10.17763`. */
function buildInRegistry(output: string): WindowsBuild | undefined {
  return parseBuild(/=\s*\d{1,2}(?:\.\d)?\.(\d{4,5})\s*$/m.exec(output)?.[1]);
}

/** `Windows Server 2019 Standard Build 17763`, `Windows Server 2016 Standard 14393`, `Windows Server 2019 Datacenter 10.0.17763`. */
const buildAtEnd = /\s+(?:Build )?((?:\d{1,2}\.\d\.)?\d{4,5})$/i;

function buildInName(name: string): WindowsBuild | undefined {
  return parseBuild(buildAtEnd.exec(name.trim())?.[1]);
}

function bareName(name: string): string {
  const bare = name.trim();
  return buildInName(bare) === undefined ? bare : bare.replace(buildAtEnd, '');
}
