/** What operations need of a log; pino's shape: facts, then a fixed sentence. */
export interface Log {
  warn(facts: object, sentence: string): void;
}

export const silentLog: Log = { warn: () => undefined };
