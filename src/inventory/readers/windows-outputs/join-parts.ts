import { agreedBuild } from '../../facts/agreed-build.ts';
import type { Inventory } from '../../inventory.ts';
import { mergeInventories } from '../../merge-inventories.ts';

/** What one reader found in the text. */
export interface Part {
  readonly format: string;
  readonly inventories: readonly Inventory[];
}

/** Signs that a command asked another computer than the one whose console this is. */
const remote =
  /\/node:|-ComputerName\b|\bsysteminfo\b[^\r\n]{0,80} \/s\b|Enter-PSSession|Invoke-Command|\bpsexec|\bwinrs\b|^\[[\w.-]{1,255}\]: PS /im;

/**
 * Inventories of one computer joined: those of one name, and those without a name where only one computer is in the text. Where
 * there are more, or a command asked others, what has no name stays by itself.
 */
export function joinParts(parts: readonly Part[], text: string, notes: string[]): readonly Inventory[] {
  const named = new Map<string, Tagged[]>();
  const nameless: Tagged[] = [];
  for (const { format, inventories } of parts) {
    for (const inventory of inventories) {
      const name = shortName(inventory);
      const tagged = { format, inventory, isOnly: inventories.length === 1 };
      if (name === undefined) nameless.push(tagged);
      else named.set(name, [...(named.get(name) ?? []), tagged]);
    }
  }
  const isOne = named.size <= 1 && nameless.every(({ isOnly }) => isOnly) && !(named.size === 1 && remote.test(text));
  const groups = isOne
    ? [[...[...named.values()].flat(), ...nameless]]
    : [...named.values(), ...nameless.map((each) => [each])];
  return groups.filter((group) => group.length > 0).map((group) => joined(group, notes));
}

interface Tagged {
  readonly format: string;
  readonly inventory: Inventory;
  /** It is all that its reader found. */
  readonly isOnly: boolean;
}

/** `srv1` and `srv1.example.org` are one. */
function shortName({ device }: Inventory): string | undefined {
  const name = device.name?.toLowerCase();
  return name === undefined || /^[\d.]+$/.test(name) ? name : name.split('.')[0];
}

/** Two builds of one computer contradict each other: neither is believed, nor the level of a roll-up. */
function joined(group: readonly Tagged[], notes: string[]): Inventory {
  const { inventory } = mergeInventories(
    group.map((each) => ({ inventory: each.inventory, source: each.format, at: undefined })),
  );
  const { build, doubt } = agreedBuild(group.map((each) => ({ build: each.inventory.os.build, at: undefined })));
  if (doubt === undefined) return inventory;
  notes.push(`${inventory.device.name ?? 'a computer'}: ${doubt}`);
  return { ...inventory, os: { ...inventory.os, build, rollupLevel: undefined } };
}
