import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

// Second half of `npm run build`: the compiler writes code only, the program also reads tables that lie beside it.
// Fixtures stay behind.

const code = /\.(?:ts|md)$|[\\/]fixtures(?:[\\/]|$)/;

cpSync(fileURLToPath(new URL('../src', import.meta.url)), fileURLToPath(new URL('../dist', import.meta.url)), {
  recursive: true,
  filter: (path) => !code.test(path),
});
