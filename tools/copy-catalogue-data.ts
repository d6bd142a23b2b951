import { cpSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Second half of `npm run build`: the compiler writes code only, the program also reads these folders beside it.

for (const folder of ['tables', 'corrections', 'starter']) {
  const target = new URL(`../dist/catalogue/${folder}/`, import.meta.url);
  rmSync(target, { recursive: true, force: true });
  cpSync(fileURLToPath(new URL(`../src/catalogue/${folder}/`, import.meta.url)), fileURLToPath(target), {
    recursive: true,
  });
}
