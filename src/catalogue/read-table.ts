import { readFileSync } from 'node:fs';

const folder = new URL('./tables/', import.meta.url);

/** A table of `tables/`, as it stands there; its tool or its tests answer for the shape. */
export function readTable<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8')) as T;
}
