import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { PreparedLines } from './prepared-report.ts';
import type { PrepareAnswer, PrepareOrder } from './prepare-worker.ts';

interface Waiting {
  readonly worker: Worker;
  resolve(prepared: PreparedLines): void;
  reject(error: unknown): void;
}

/**
 * What was read is soon gone: with little room it is collected early, and a thread does not spread over the memory. The largest
 * report takes a third of it.
 */
const resourceLimits = { maxYoungGenerationSizeMb: 8, maxOldGenerationSizeMb: 256 };

/** A thread without work for so long is let go. */
const idleMs = 3000;

/**
 * Threads that read and pack reports, started at the first piece and let go when idle: keeping rows is this thread's work,
 * and takes about as long.
 */
export class LinePreparer {
  readonly #workers: Worker[] = [];
  readonly #waiting = new Map<number, Waiting>();
  #next = 0;
  #idle: NodeJS.Timeout | undefined;

  prepare(bytes: Uint8Array, firstLine: number): Promise<PreparedLines> {
    clearTimeout(this.#idle);
    const id = (this.#next += 1);
    const worker = this.#leastBusy();
    const order: PrepareOrder = { id, bytes, firstLine };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { worker, resolve, reject });
      worker.postMessage(order, [bytes.buffer as ArrayBuffer]);
    });
  }

  /** Lets threads without work go now; the next piece begins others. */
  rest(): void {
    if (this.#waiting.size === 0) void this.close();
  }

  async close(): Promise<void> {
    clearTimeout(this.#idle);
    await Promise.all(this.#workers.splice(0).map((worker) => worker.terminate()));
  }

  /** Another thread begins only where all have something to do: a small body needs no second one. */
  #leastBusy(): Worker {
    const busy = new Map(this.#workers.map((worker) => [worker, 0]));
    for (const { worker } of this.#waiting.values()) busy.set(worker, (busy.get(worker) ?? 0) + 1);
    const [least] = [...busy].sort(([, a], [, b]) => a - b);
    const most = Math.max(1, Math.min(4, availableParallelism()));
    if (least !== undefined && (least[1] === 0 || this.#workers.length >= most)) return least[0];
    const worker = this.#start();
    this.#workers.push(worker);
    return worker;
  }

  #start(): Worker {
    const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./prepare-worker.${extension}`, import.meta.url), { resourceLimits });
    worker.unref();
    worker.on('message', (answer: PrepareAnswer) => {
      this.#waiting.get(answer.id)?.resolve(unpacked(answer));
      this.#forget(answer.id);
    });
    worker.on('error', (error) => this.#lose(worker, error));
    worker.on('exit', () => this.#lose(worker, new Error('the thread that reads reports ended')));
    return worker;
  }

  #forget(id: number): void {
    this.#waiting.delete(id);
    if (this.#waiting.size > 0) return;
    this.#idle = setTimeout(() => void this.close(), idleMs).unref();
  }

  #lose(worker: Worker, error: Error): void {
    const at = this.#workers.indexOf(worker);
    if (at !== -1) this.#workers.splice(at, 1);
    for (const [id, waiting] of this.#waiting) {
      if (waiting.worker !== worker) continue;
      this.#waiting.delete(id);
      waiting.reject(error);
    }
  }
}

function unpacked({ reports, packed, rejected, lines }: PrepareAnswer): PreparedLines {
  let at = 0;
  return {
    rejected,
    lines,
    reports: reports.map(({ line, facts, packedBytes }) => {
      const own = packed.subarray(at, at + packedBytes);
      at += packedBytes;
      return { line, report: { ...facts, packed: own } };
    }),
  };
}
