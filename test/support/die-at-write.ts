import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const changing = ['renameSync', 'rmSync', 'unlinkSync', 'writeFileSync', 'appendFileSync'] as const;

/** What every change of the disk throws once the time has come. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

/**
 * Runs something that is killed, as far as the disk can tell, before its change number `step` of files: from then on none takes
 * effect, whatever is caught or cleared up. Of this thread alone. Whether it was killed at all.
 */
export async function dieAtWrite(step: number, run: () => unknown): Promise<boolean> {
  const real = Object.fromEntries(changing.map((name) => [name, fs[name]]));
  let done = 0;
  for (const name of changing) {
    const change = fs[name] as (...args: readonly unknown[]) => unknown;
    const dying = (...args: readonly unknown[]): unknown => {
      done += 1;
      if (done >= step) throw new Killed(`killed before ${name}`);
      return change(...args);
    };
    Object.assign(fs, { [name]: dying });
  }
  syncBuiltinESMExports();
  try {
    await run();
  } catch (error) {
    if (done < step) throw error;
  } finally {
    Object.assign(fs, real);
    syncBuiltinESMExports();
  }
  return done >= step;
}
