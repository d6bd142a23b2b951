/**
 * Why an address gave no usable answer. `gone`: it says that there is nothing; `held-back`: it was not asked, since its host
 * wants to be left alone. The others may differ next time.
 */
export type FetchFailure =
  'unreachable' | 'time-limit' | 'status' | 'gone' | 'held-back' | 'content-type' | 'too-large' | 'unreadable';

/** An address that did not answer as expected, after all attempts. The message names it, what was expected and what came. */
export class FetchError extends Error {
  override readonly name = 'FetchError';
  readonly code = 'fetch-failed';
  readonly url: string;
  readonly failure: FetchFailure;
  /** The message without the address. */
  readonly reason: string;
  /** HTTP status, where that is what is wrong. */
  readonly status: number | undefined;
  /** Whether another attempt may help. */
  readonly isTransient: boolean;
  /** `false` where not even the head of an answer came. */
  readonly isAnswered: boolean;
  /** How long the publisher asks to be left alone; `undefined` where it does not say. */
  readonly retryAfterMs: number | undefined;

  constructor(url: string, what: FetchErrorFacts, options?: ErrorOptions) {
    super(`${url}: ${what.reason}`, options);
    this.url = url;
    this.failure = what.failure;
    this.reason = what.reason;
    this.status = what.status;
    this.isTransient = what.isTransient;
    this.isAnswered = what.isAnswered ?? true;
    this.retryAfterMs = what.retryAfterMs;
  }
}

export interface FetchErrorFacts {
  readonly failure: FetchFailure;
  /** `expected a document, got status 500 …` */
  readonly reason: string;
  readonly isTransient: boolean;
  /** `true` unless told. */
  readonly isAnswered?: boolean;
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}
