import { FetchError } from './fetch-error.ts';
import type { FetchErrorFacts } from './fetch-error.ts';
import type { HostPauses } from './host-pause.ts';
import { parseRetryAfter, realTiming, withRetries } from './retry.ts';
import type { RetryLimits, Timing } from './retry.ts';
import { sendGet } from './send-get.ts';
import type { HttpAnswer } from './send-get.ts';
import { TimeLimit } from './time-limit.ts';

/** What a publisher said of an answer, to ask next time whether it still stands. */
export interface Validators {
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** An answer with a body, uncompressed; or word that the one known still stands. */
export type Fetched =
  | { readonly kind: 'body'; readonly bytes: Uint8Array; readonly validators: Validators }
  | { readonly kind: 'not-modified' };

export interface FetchRequest {
  readonly url: string;
  /** Of the answer at hand; without it the whole body is asked for. */
  readonly known?: Validators | undefined;
  /** What is expected, in words for errors: `the list of documents`. */
  readonly expected: string;
  /** Of the body, uncompressed. */
  readonly largestBytes: number;
  /** Whether content of any type is asked for and taken: its reader tells. JSON or XML alone unless told. */
  readonly anyType?: boolean;
  /** Looks at a body at once, so that another attempt may bring a better one. @throws {FetchError} */
  readonly check?: (bytes: Uint8Array) => void;
}

export interface HttpLimits extends RetryLimits {
  /** From sending one request to the last byte of its body. */
  readonly requestTimeoutMs: number;
  /** From sending one request to the head of its answer. */
  readonly answerTimeoutMs: number;
  /** Whether who does not answer at all is asked again: an unknown host, a closed port, a silent server. */
  readonly retryUnanswered: boolean;
}

const usualLimits: HttpLimits = {
  attempts: 5,
  firstWaitMs: 1000,
  longestWaitMs: 5 * 60_000,
  requestTimeoutMs: 120_000,
  answerTimeoutMs: Infinity,
  retryUnanswered: true,
};

/** How to fetch, the same for all requests of one run. */
export interface HttpOptions {
  readonly limits?: Partial<HttpLimits>;
  readonly timing?: Timing;
  readonly signal?: AbortSignal;
  /** Shared by requests that one run sends; without it each request waits for itself alone. */
  readonly pauses?: HostPauses;
  readonly userAgent: string;
  /** Called for every request sent, repeated ones too. */
  readonly onRequest?: (url: string) => void;
}

const accept = 'application/json, application/xml;q=0.9, text/xml;q=0.9';
/** A mirror of plain files may not know what it serves; a page that a portal or proxy slips in is `text/html`. */
const acceptable = /^(?:application\/(?:[\w.+-]*json|[\w.+-]*xml|octet-stream)|text\/(?:xml|json))\s*(?:;|$)/i;

/**
 * Asks an address for JSON, or else XML, as often as the limits allow. Redirects are followed.
 * @throws {FetchError} naming the address, or the signal's reason on abort.
 */
export function fetchBytes(request: FetchRequest, options: HttpOptions): Promise<Fetched> {
  const limits = { ...usualLimits, ...options.limits };
  const timing = options.timing ?? realTiming;
  const signal = options.signal ?? new AbortController().signal;
  const pause = options.pauses?.of(request.url);
  return withRetries(() => fetchOnce(request, options, { limits, timing, signal }), limits, {
    timing,
    signal,
    url: request.url,
    ...(pause === undefined ? {} : { pause }),
  });
}

interface Attempt {
  readonly limits: HttpLimits;
  readonly timing: Timing;
  readonly signal: AbortSignal;
}

async function fetchOnce(request: FetchRequest, options: HttpOptions, attempt: Attempt): Promise<Fetched> {
  const { url, known } = request;
  const timeLimit = new TimeLimit(attempt.limits.answerTimeoutMs, attempt.limits.requestTimeoutMs);
  let isAnswered = false;
  options.onRequest?.(url);
  try {
    const answer = await sendGet(url, {
      headers: headersOf(request, options),
      signal: AbortSignal.any([timeLimit.signal, attempt.signal]),
    });
    isAnswered = true;
    timeLimit.answered();
    // To who did not ask whether something still stands it says nothing.
    if (answer.status === 304 && isConditional(known)) {
      answer.discard();
      return { kind: 'not-modified' };
    }
    refuseOthers(answer, request, attempt.timing.now());
    const validators = { etag: answer.header('etag'), lastModified: answer.header('last-modified') };
    const bytes = await readBody(answer, request);
    request.check?.(bytes);
    return { kind: 'body', bytes, validators };
  } catch (error) {
    if (attempt.signal.aborted) throw attempt.signal.reason;
    if (error instanceof FetchError) throw error;
    const facts = timeLimit.signal.aborted
      ? late(request.expected, timeLimit.passedMs)
      : unreachable(request.expected, reasonOf(error));
    isAnswered ||= facts.isAnswered === true;
    const isTransient = facts.isTransient && (isAnswered || attempt.limits.retryUnanswered);
    throw new FetchError(url, { ...facts, isTransient, isAnswered }, { cause: error });
  } finally {
    timeLimit.end();
  }
}

function headersOf({ known, anyType }: FetchRequest, { userAgent }: HttpOptions): Record<string, string> {
  return {
    accept: anyType === true ? '*/*' : accept,
    'accept-encoding': 'gzip, br',
    'user-agent': userAgent,
    ...(known?.etag == null ? {} : { 'if-none-match': known.etag }),
    ...(known?.lastModified == null ? {} : { 'if-modified-since': known.lastModified }),
  };
}

function isConditional(known: Validators | undefined): boolean {
  return known !== undefined && (known.etag !== null || known.lastModified !== null);
}

/** @throws {FetchError} for an answer that cannot be what was asked for. */
function refuseOthers(answer: HttpAnswer, { url, expected, anyType }: FetchRequest, now: Date): void {
  const { status } = answer;
  const refuse = (facts: Omit<FetchErrorFacts, 'reason'>, came: string): never => {
    answer.discard();
    throw new FetchError(url, { ...facts, reason: `expected ${expected}, got ${came}` });
  };
  if (status === 404 || status === 410) refuse({ failure: 'gone', isTransient: false, status }, `status ${status}`);
  if (status !== 200) {
    const isTransient = status === 408 || status === 425 || status === 429 || status >= 500;
    const retryAfterMs = parseRetryAfter(answer.header('retry-after'), now);
    const asks = retryAfterMs === undefined ? '' : `, to be asked again in ${Math.ceil(retryAfterMs / 1000)} s`;
    refuse({ failure: 'status', isTransient, status, retryAfterMs }, `status ${status}${asks}`);
  }
  const type = answer.header('content-type');
  if (anyType !== true && type !== null && !acceptable.test(type))
    refuse({ failure: 'content-type', isTransient: false }, `content of type ${type.slice(0, 80)}`);
}

/** The body, counted while it comes: what a few compressed bytes unpack to may fill any memory. */
async function readBody(answer: HttpAnswer, { url, expected, largestBytes }: FetchRequest): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  await answer.readPieces((piece) => {
    size += piece.length;
    if (size > largestBytes) {
      const reason = `expected ${expected} of at most ${largestBytes} bytes, got more`;
      throw new FetchError(url, { failure: 'too-large', reason, isTransient: false });
    }
    pieces.push(piece);
  });
  return Buffer.concat(pieces, size);
}

function late(expected: string, limitMs: number): FetchErrorFacts {
  const reason = `expected ${expected} within ${limitMs / 1000} s, got no whole answer`;
  return { failure: 'time-limit', reason, isTransient: true };
}

/** Whatever the network does may pass; redirects in a ring will not. */
function unreachable(expected: string, came: string): FetchErrorFacts {
  const isRing = came.includes('redirect');
  const reason = `expected ${expected}, got ${came}`;
  return { failure: 'unreachable', reason, isTransient: !isRing, isAnswered: isRing };
}

/** With what caused it. */
function reasonOf(error: unknown): string {
  const parts: string[] = [];
  for (let each: unknown = error; each instanceof Error && parts.length < 3; each = each.cause) {
    const code = 'code' in each && typeof each.code === 'string' ? ` (${each.code})` : '';
    if (each.message !== '' || code !== '') parts.push(`${each.message}${code}`);
  }
  return parts.length === 0 ? String(error) : [...new Set(parts)].join(': ').replace(/\s+/g, ' ');
}
