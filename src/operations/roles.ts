import { UnknownRoleError } from './operation-error.ts';

/** What a client may read; also what it gets where no role is named. Names are Defender's application permissions. */
const readRoles = [
  'Machine.Read.All',
  'Software.Read.All',
  'Vulnerability.Read.All',
  'SecurityRecommendation.Read.All',
  'Score.Read.All',
] as const;

/**
 * Our own: to send reports in, to read who did what, to decide over documents in quarantine, to make and revoke clients. They are given
 * by name only.
 */
export const allRoles = [
  ...readRoles,
  'Report.Write.All',
  'Audit.Read.All',
  'Catalogue.Write.All',
  'Client.ReadWrite.All',
] as const;

export type Role = (typeof allRoles)[number];

/**
 * Each role once, in the order of `allRoles`; `readRoles` where none is named. Case does not matter.
 * @throws {UnknownRoleError}
 */
export function parseRoles(names: readonly string[]): readonly Role[] {
  if (names.length === 0) return readRoles;
  const wanted = new Set(names.map(parseRole));
  return allRoles.filter((role) => wanted.has(role));
}

function parseRole(name: string): Role {
  const wanted = name.trim().toLowerCase();
  const role = allRoles.find((known) => known.toLowerCase() === wanted);
  if (role === undefined) throw new UnknownRoleError(name, allRoles);
  return role;
}
