import { StoreUnreachableError } from '../store-error.ts';

/** Codes of sockets and name look-ups that failed, as Node gives them. */
const socketCodes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EACCES',
]);

/**
 * SQLSTATEs of a server that goes, comes, or is not the one that writes: shut down (57P01, 57P02), starting (57P03), no connection
 * left (53300), read only since it is a standby (25006); 08 is the class of connections. Source: PostgreSQL, appendix A.
 */
const goneStates = new Set(['57P01', '57P02', '57P03', '53300', '25006']);

/** A server that follows another one: it answers reads with what may be old, and keeps nothing. */
export class StandbyError extends Error {
  override readonly name = 'StandbyError';
  readonly code = '25006';

  constructor() {
    super('the server is a standby, which takes no writes');
  }
}

/** Serialization failure, deadlock, lock not available: the same transaction may well succeed when it runs again. */
const conflictStates = new Set(['40001', '40P01', '55P03']);

/** What node-postgres says without a code. */
const goneMessages =
  /connection terminated|connection ended|timeout exceeded when trying to connect|query read timeout|not queryable|client was closed|server closed/i;

/** Whether the connection is lost, or none can be had: what was under way on it may or may not have been done. */
export function isConnectionLoss(error: unknown): boolean {
  const code = codeOf(error);
  if (code !== undefined) return socketCodes.has(code) || goneStates.has(code) || code.startsWith('08');
  return error instanceof Error && (goneMessages.test(error.message) || hasLoss(error));
}

/** Whether a transaction that writes was refused at its beginning: "cannot set transaction read-write mode during recovery". */
export function isReadOnly(error: unknown): boolean {
  return codeOf(error) === '0A000';
}

/** Whether another transaction came in between: nothing of this one was done. */
export function isConflict(error: unknown): boolean {
  const code = codeOf(error);
  if (code === '23505') return constraintOf(error) === 'audit_pkey';
  // A patch state that another node dropped as unused just before this one counted it.
  if (code === '23503') return constraintOf(error) === 'patch_state_count_patch_state_id_fkey';
  return code !== undefined && conflictStates.has(code);
}

/** Whether a row names a tenant that is not there. */
export function isTenantGone(error: unknown): boolean {
  return codeOf(error) === '23503' && (constraintOf(error)?.endsWith('_tenant_id_fkey') ?? false);
}

/** The error as the rest of the program sees it. */
export function toStoreError(error: unknown, place: string): unknown {
  return isConnectionLoss(error) ? new StoreUnreachableError(place, reasonOf(error), error) : error;
}

/** Without addresses that hold credentials: messages of node-postgres name host and user at most. */
export function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '')
    return [...new Set(error.errors.map(reasonOf))].join('; ');
  return error instanceof Error ? error.message : String(error);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

function constraintOf(error: unknown): string | undefined {
  return error instanceof Error && 'constraint' in error ? String(error.constraint) : undefined;
}

function hasLoss(error: Error): boolean {
  return error instanceof AggregateError && error.errors.some(isConnectionLoss);
}
