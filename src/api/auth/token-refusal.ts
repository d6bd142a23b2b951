/** `AADSTS` numbers. Source: Microsoft identity platform, "Microsoft Entra authentication and authorization error codes". */
const refusals = {
  'unknown-tenant': [400, 'invalid_request', 90002],
  'missing-field': [400, 'invalid_request', 900144],
  'duplicate-field': [400, 'invalid_request', 9000411],
  'not-a-form': [400, 'invalid_request', 900144],
  'two-clients': [400, 'invalid_request', 90023],
  'too-large': [413, 'invalid_request', 90023],
  unreadable: [400, 'invalid_request', 90023],
  'unsupported-grant': [400, 'unsupported_grant_type', 70003],
  'unknown-resource': [400, 'invalid_resource', 500011],
  'invalid-scope': [400, 'invalid_scope', 70011],
  'scope-not-default': [400, 'invalid_scope', 1002012],
  'several-resources': [400, 'invalid_scope', 28000],
  'unknown-client': [400, 'unauthorized_client', 700016],
  'missing-secret': [401, 'invalid_client', 7000216],
  'wrong-secret': [401, 'invalid_client', 7000215],
  'revoked-client': [401, 'invalid_client', 7000222],
  'too-many-attempts': [429, 'temporarily_unavailable', 90055],
  internal: [500, 'server_error', 90033],
} as const satisfies Readonly<Record<string, readonly [status: number, error: string, number: number]>>;

export type RefusalReason = keyof typeof refusals;

/** Why no token is given, in the words of Entra ID: clients print them and search for the AADSTS number. */
export class TokenRefusal extends Error {
  override readonly name = 'TokenRefusal';
  readonly reason: RefusalReason;
  readonly status: number;
  readonly error: string;
  /** Of `AADSTS700016`. */
  readonly number: number;
  readonly retrySeconds: number | undefined;

  /** `text` is shown to the client: it holds nothing of the request that may be a secret. */
  constructor(reason: RefusalReason, text: string, options: { readonly retrySeconds?: number } = {}) {
    super(text);
    this.reason = reason;
    [this.status, this.error, this.number] = refusals[reason];
    this.retrySeconds = options.retrySeconds;
  }
}

/** RFC 6749, section 5.2, with what Entra ID adds. */
export interface RefusalBody {
  readonly error: string;
  readonly error_description: string;
  readonly error_codes: readonly [number];
  /** `2026-11-25 04:30:00Z` */
  readonly timestamp: string;
  readonly trace_id: string;
  readonly correlation_id: string;
  readonly error_uri: string;
}

/** `correlationId` is the client's own where it sent one. */
export function refusalBody(
  { error, number, message }: TokenRefusal,
  { now, traceId, correlationId }: RefusalContext,
): RefusalBody {
  const timestamp = `${now.toISOString().slice(0, 19).replace('T', ' ')}Z`;
  return {
    error,
    error_description: `AADSTS${number}: ${message} Trace ID: ${traceId} Correlation ID: ${correlationId} Timestamp: ${timestamp}`,
    error_codes: [number],
    timestamp,
    trace_id: traceId,
    correlation_id: correlationId,
    error_uri: `https://login.microsoftonline.com/error?code=${number}`,
  };
}

export interface RefusalContext {
  readonly now: Date;
  readonly traceId: string;
  readonly correlationId: string;
}
