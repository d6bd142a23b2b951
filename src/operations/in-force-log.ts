import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileDurably } from './write-file-durably.ts';

const dayMs = 86_400_000;
/** Longer than catalogues that were in force are kept. */
const keptDays = 60;

/** A catalogue that is or was in force, and since when (ISO 8601 in UTC); `null`: since there is a catalogue. */
export interface CatalogueInForce {
  readonly catalogueId: string;
  readonly since: string | null;
}

interface Line {
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly id: string;
}

/** When which catalogue of a data folder came into force: `catalogue/in-force`, a line each, oldest first. */
export class InForceLog {
  readonly #file: string;
  readonly #current: string;

  /** `folder`: `<data folder>/catalogue`. */
  constructor(folder: string) {
    this.#file = join(folder, 'in-force');
    this.#current = join(folder, 'current');
  }

  /** Right after `current` was written: whoever is killed in between is made up for by `at`. */
  note(id: string, now: Date): void {
    const lines = this.#read();
    if (lines.at(-1)?.id === id) return;
    const oldest = new Date(now.getTime() - keptDays * dayMs).toISOString();
    // The last one before them says what was in force at the beginning.
    const first = lines.findLastIndex(({ at }) => at < oldest);
    const kept = [...lines.slice(Math.max(0, first)), { at: now.toISOString(), id }];
    writeFileDurably(this.#file, Buffer.from(kept.map((line) => `${line.at} ${line.id}\n`).join('')));
  }

  /** `starterId`: what serves where the folder has no catalogue of its own yet. */
  at(instant: Date, starterId: string): CatalogueInForce {
    const time = instant.toISOString();
    const last = this.#lines().findLast(({ at }) => at <= time);
    return last === undefined ? { catalogueId: starterId, since: null } : { catalogueId: last.id, since: last.at };
  }

  #lines(): readonly Line[] {
    const lines = this.#read();
    if (!existsSync(this.#current)) return lines;
    const id = readFileSync(this.#current, 'utf8').trim();
    if (lines.at(-1)?.id === id) return lines;
    return [...lines, { at: statSync(this.#current).mtime.toISOString(), id }];
  }

  #read(): readonly Line[] {
    if (!existsSync(this.#file)) return [];
    return readFileSync(this.#file, 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [, at = '', id = ''] = /^(\d{4}-\S+Z) (\S+)$/.exec(line) ?? [];
        return at === '' ? [] : [{ at, id }];
      });
  }
}
