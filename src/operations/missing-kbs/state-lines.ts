import { LRUCache } from 'lru-cache';
import type { Assessment, Coverage, Undetermined } from '../../assessment/assessment.ts';
import { compareKbNumbers, type KbNumber } from '../../terms/kb-number.ts';
import type { Log } from '../log.ts';
import type { Verdicts } from '../verdicts.ts';

/** What all devices in one patch state say of themselves. */
export interface StateLines {
  readonly judged: JudgedPart;
  /** By KB number. */
  readonly missing: ReadonlyMap<KbNumber, MissingPart>;
}

export interface JudgedPart {
  readonly coverage: Coverage;
  readonly undetermined: readonly Undetermined[];
}

/** A missing update as it is listed; equal ones of all states are one object, so that many states fit into memory. */
export interface MissingPart {
  readonly kb: KbNumber;
  readonly name: string;
  readonly osBuild: number | null;
  readonly url: string;
  readonly cveAddressed: number;
  readonly replacedBy: KbNumber | null;
}

const maxStates = 20_000;

/** The lines of patch states under one engine's verdicts, each made once. */
export class LinesByState {
  readonly #verdicts: Verdicts;
  readonly #log: Log;
  readonly #lines = new LRUCache<string, StateLines>({ max: maxStates });
  readonly #parts = new Map<string, MissingPart | JudgedPart>();

  constructor(verdicts: Verdicts, log: Log) {
    this.#verdicts = verdicts;
    this.#log = log;
  }

  of(patchStateId: string): StateLines {
    let lines = this.#lines.get(patchStateId);
    if (lines === undefined) {
      lines = this.#judge(patchStateId);
      this.#lines.set(patchStateId, lines);
    }
    return lines;
  }

  /** A state that cannot be judged costs itself: its devices are listed, as not assessed. */
  #judge(patchStateId: string): StateLines {
    try {
      return this.#linesOf(this.#verdicts.get(patchStateId));
    } catch (error) {
      this.#log.warn({ patchStateId, err: error }, 'patch state set aside: it could not be assessed');
      return { judged: this.#shared({ coverage: 'not-assessed', undetermined: [] }), missing: new Map() };
    }
  }

  #linesOf({ coverage, undetermined, missing }: Assessment): StateLines {
    const parts = missing.map(({ kb, name, osBuild, url, cveAddressed, replacedBy }): [KbNumber, MissingPart] => [
      kb,
      this.#shared({ kb, name, osBuild, url, cveAddressed, replacedBy }),
    ]);
    parts.sort(([a], [b]) => compareKbNumbers(a, b));
    return { judged: this.#shared({ coverage, undetermined }), missing: new Map(parts) };
  }

  #shared<Part extends MissingPart | JudgedPart>(part: Part): Part {
    const key = JSON.stringify(part);
    const known = this.#parts.get(key);
    if (known !== undefined) return known as Part;
    this.#parts.set(key, part);
    return part;
  }
}

const linesByVerdicts = new WeakMap<Verdicts, LinesByState>();

export function linesOf(verdicts: Verdicts, log: Log): LinesByState {
  let lines = linesByVerdicts.get(verdicts);
  if (lines === undefined) {
    lines = new LinesByState(verdicts, log);
    linesByVerdicts.set(verdicts, lines);
  }
  return lines;
}
