/** What Windows calls its versions, by the build of the branch that their kernel has: 22H2 of Windows 10 runs 19041's. */
const siblings: readonly (readonly [kernelBuild: number, displayVersion: string, build: number])[] = [
  [18362, '1909', 18363],
  [19041, '20H2', 19042],
  [19041, '21H1', 19043],
  [19041, '21H2', 19044],
  [19041, '22H2', 19045],
  [22621, '23H2', 22631],
  [26100, '25H2', 26200],
];

/**
 * `22H2`, `1809`; `undefined` for what is none. `2009` is none: the registry's `ReleaseId` stays there from 20H2 on.
 * A year in a server's name is none either, though it looks like one.
 */
export function parseDisplayVersion(text: string | undefined): string | undefined {
  const found = /^(?:\d\dH[1-4]|1507|1511|1607|170[39]|180[39]|190[39]|2004)$/i.exec(text?.trim() ?? '')?.[0];
  return found?.toUpperCase();
}

/**
 * The build of a version whose kernel has another one's number: 19045 for `22H2` and 19041. `undefined` where the two
 * agree, or do not go together.
 */
export function siblingBuild(kernelBuild: number, displayVersion: string | undefined): number | undefined {
  return siblings.find(([kernel, version]) => kernel === kernelBuild && version === displayVersion)?.[2];
}
