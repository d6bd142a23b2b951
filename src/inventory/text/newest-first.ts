import { parseInstant } from '../facts/instant.ts';
import { scalarText, valueIn } from './powershell-object.ts';
import type { PowershellObject } from './powershell-object.ts';

/** Objects by a time of theirs, the newest first; as they came where one has none that can be read without its locale. */
export function newestFirst(objects: readonly PowershellObject[], name: string): readonly PowershellObject[] {
  const timed = objects.map((object) => ({ object, at: instantIn(object, name) ?? '' }));
  if (timed.some(({ at }) => at === '')) return objects;
  return timed.sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).map(({ object }) => object);
}

function instantIn(object: PowershellObject, name: string): string | undefined {
  const value = valueIn(object, name);
  return parseInstant(typeof value === 'number' ? value : scalarText(value));
}
