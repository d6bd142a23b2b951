import { formatKb } from '../terms/kb-number.ts';
import type { ConfidenceClass } from './confidence.ts';
import { confidenceOf } from './confidence.ts';
import type { Inventory } from './inventory.ts';
import { inTimeOrder } from './observation.ts';
import type { Observation } from './observation.ts';
import { toNative } from './to-native.ts';

/** One fact of a merged device and who said it, the source that counted first. */
export interface FactProvenance {
  /** Path in the native inventory: `os.build`, `components.internetExplorer`, `updates.KB5034122`. */
  readonly fact: string;
  readonly value: string;
  readonly sources: readonly { readonly source: string; readonly at: string | null; readonly class: ConfidenceClass }[];
}

/** Where every fact of `merged` came from: the observations that say the same, the newest first. */
export function provenanceOf(observations: readonly Observation[], merged: Inventory): readonly FactProvenance[] {
  const { ordered } = inTimeOrder(observations);
  const told = ordered.map((observation) => ({
    facts: factsOf(observation.inventory),
    source: {
      source: observation.source,
      at: observation.at ?? null,
      class: confidenceOf(observation.inventory),
    },
  }));
  return [...factsOf(merged)].map(([fact, value]) => ({
    fact,
    value,
    // Of a merged build each part may have come from another source: who says part of it is named too.
    sources: told
      .filter(({ facts }) => {
        const said = facts.get(fact);
        return said !== undefined && (said === value || value.startsWith(`${said}.`));
      })
      .map(({ source }) => source),
  }));
}

type NativeFacts = Readonly<Record<string, unknown>>;

/** The facts that decide or name, each with its path. */
function factsOf(inventory: Inventory): ReadonlyMap<string, string> {
  const native = toNative(inventory) as { readonly os: NativeFacts; readonly device: NativeFacts };
  const facts = new Map<string, string>();
  const add = (fact: string, value: unknown): void => {
    if (value !== null && value !== undefined)
      facts.set(fact, typeof value === 'string' ? value : JSON.stringify(value));
  };
  add('device.name', native.device['name']);
  for (const [key, value] of Object.entries(native.os)) add(`os.${key}`, value);
  for (const { kb, state } of inventory.updates) add(`updates.${formatKb(kb)}`, state);
  for (const { name, version } of inventory.software) add(`software.${name}`, version ?? 'present');
  for (const version of inventory.components.dotnetFramework) add(`components.dotnetFramework.${version}`, 'present');
  add('components.internetExplorer', inventory.components.internetExplorer);
  add('pendingReboot', inventory.pendingReboot);
  return facts;
}
