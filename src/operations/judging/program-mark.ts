import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The rooms that a verdict and what it counts for come from. */
const rooms = ['terms', 'catalogue', 'inventory', 'assessment', 'operations'] as const;

let known: string | undefined;

/**
 * A mark of the code and tables that judge, SHA-256 in hex: verdicts that other code made are not believed. Of the files themselves,
 * since a number somebody has to raise is forgotten some day; some 3 MB, read once.
 */
export function programMark(): string {
  if (known !== undefined) return known;
  const root = fileURLToPath(new URL('../..', import.meta.url));
  const hash = createHash('sha256').update(process.versions.v8);
  for (const room of rooms) {
    const files = readdirSync(join(root, room), { recursive: true, withFileTypes: true }).filter((file) =>
      file.isFile(),
    );
    for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).sort())
      if (!path.includes('.test.')) hash.update(path.slice(root.length)).update('\0').update(readFileSync(path));
  }
  known = hash.digest('hex');
  return known;
}
