import { compareKbNumbers } from '../../terms/kb-number.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import type { LackingUpdate, OpenVulnerability } from '../rules/rule.ts';
import type { SoftwareLine } from './software-line.ts';
import { compareVersions } from './version.ts';

/** The updates that close what is open; within each lineage the newest replaces the others. */
export function lackingOf(line: SoftwareLine, open: readonly OpenVulnerability[]): readonly LackingUpdate[] {
  const kbs = new Set(open.flatMap((each) => each.kbs));
  if (kbs.size === 0) return [];
  const released = new Map<KbNumber, string>();
  for (const { kb, releasedOn } of line.rows) if (kb !== null && kbs.has(kb)) released.set(kb, releasedOn);
  const dateOf = (kb: KbNumber): string => released.get(kb) ?? '';
  const lineages = Map.groupBy([...kbs].sort(compareKbNumbers), (kb) => line.lineageOf(kb));
  return [...lineages.values()].flatMap((members) => {
    const heads = headsOf(line, members).sort(
      (a, b) => compareText(dateOf(a), dateOf(b)) || byVersion(line, a, b) || compareKbNumbers(a, b),
    );
    const newest = heads.at(-1);
    // Two that none supersedes, of one day: neither is known to replace the other.
    const stays = (kb: KbNumber): boolean =>
      kb === newest ||
      (line.shape.order === 'parts' && newest !== undefined && heads.includes(kb) && dateOf(kb) === dateOf(newest));
    return members.map((kb): LackingUpdate => ({
      kb,
      kind: 'security-update',
      ofOs: false,
      replacedBy: stays(kb) ? null : (newest ?? null),
    }));
  });
}

/** The updates of a lineage that no other of them supersedes; where builds decide, those of the highest version. */
function headsOf(line: SoftwareLine, members: readonly KbNumber[]): KbNumber[] {
  const older = new Set<KbNumber>();
  for (const kb of members) for (const each of line.supersedence.olderThan(kb)) older.add(each);
  const heads = members.filter((kb) => !older.has(kb));
  if (line.shape.order === 'parts') return heads;
  const highest = heads.toSorted((a, b) => byVersion(line, a, b)).at(-1);
  return heads.filter(
    (kb) => highest === undefined || line.versionsOf(kb).length === 0 || byVersion(line, kb, highest) === 0,
  );
}

function byVersion(line: SoftwareLine, a: KbNumber, b: KbNumber): number {
  return compareVersions(line.versionsOf(a).at(-1) ?? [], line.versionsOf(b).at(-1) ?? []);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
