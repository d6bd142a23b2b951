/** The parts of a version, `[15, 0, 4261, 1]`. */
export type Version = readonly number[];

/** `15.0.4261.1`, `v1.2`, `17.12.3+35527`; `undefined` where the text is no version, as `16,0,5556,1000`. */
export function parseVersion(text: string): Version | undefined {
  const match = /^\s*v?(\d{1,15}(?:\.\d{1,15}){0,5})(?=$|[\s+(-])/i.exec(text);
  return match?.[1]?.split('.').map(Number);
}

/** Part by part; missing parts are 0. */
export function compareVersions(a: Version, b: Version): number {
  for (let part = 0; part < Math.max(a.length, b.length); part += 1) {
    const difference = (a[part] ?? 0) - (b[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** Whether one version is at or above another. */
export function reaches(version: Version, fixed: Version): boolean {
  return compareVersions(version, fixed) >= 0;
}

/** `15.0` of `15.0.4261.1`. */
export function firstTwoParts([first = 0, second = 0]: Version): string {
  return `${first}.${second}`;
}

/**
 * A published version whose first parts were lost, `5215.1000`, with those of its product in front: `16.0.5215.1000`.
 * Others stay as they are.
 */
export function withLostParts(version: Version, [major, minor]: readonly [major: number, minor: number]): Version {
  const [first = 0] = version;
  return version.length === 2 && first >= 1000 ? [major, minor, ...version] : version;
}
