/** What one plugin found on one host. */
export interface Finding {
  /** Number of the plugin, e.g. 62042. */
  readonly plugin: number | undefined;
  readonly name: string;
  readonly output: string;
}

/** A host of a scan with what was found on it. */
export interface ScannedHost {
  /** As the scanner addressed it: an address or a name. */
  readonly target: string;
  readonly address: string | undefined;
  readonly dnsName: string | undefined;
  /** Without the domain in front. */
  readonly netbiosName: string | undefined;
  /** Id of the asset in the scanner's database. */
  readonly assetId: string | undefined;
  /** What a report says of the system beside the plugins; `undefined` where it is not sure. */
  readonly systemName: string | undefined;
  readonly observedAt: string | undefined;
  readonly findings: readonly Finding[];
}

/** Plugins whose outputs tell something by themselves. Source: Tenable's plugin pages. */
export const plugins = {
  netbiosName: 10150,
  nativeLanManager: 10785,
  osIdentification: 11936,
  fullyQualifiedName: 12053,
  installedSoftware: 20811,
  rebootRequired: 35453,
  missingPatches: 38153,
  registryVersion: 48942,
  dotnetFramework: 51351,
  deviceHostname: 55472,
  quickFixes: 62042,
  patchReport: 66334,
  internetExplorer: 72367,
  rollups: 93962,
} as const;

const told: ReadonlySet<number> = new Set(Object.values(plugins));

/** Whether a finding may tell a fact of Windows; the others are most of a report and are not kept. */
export function isTelling({ plugin, name, output }: Finding): boolean {
  if (plugin !== undefined && told.has(plugin)) return true;
  return /^KB\d{6,7}\b/.test(name) || isMissingUpdate(output);
}

/** The output of a plugin for one update: `KBs :` with numbers under it, or versions of files. */
export function isMissingUpdate(output: string): boolean {
  return /^\s*(?:-\s*\d{6,7}\s*$|KB\s*:\s*\d{6,7}\s*$|-\s*[A-Za-z]:\\[^\r\n]{1,300}\.(?:exe|dll|sys))/im.test(
    output.slice(0, 20_000),
  );
}
