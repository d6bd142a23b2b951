import { hash } from 'node:crypto';
import { scopeKey } from '../scope.ts';
import type { Scope } from '../scope.ts';

/** Where a list of missing updates ended: what it was judged by, over which devices, after which change. */
export interface Cursor {
  readonly catalogueId: string;
  readonly ruleSet: string;
  /** Of the scope: a client that sees other devices now cannot go on from here. */
  readonly scope: string;
  readonly mark: number;
}

export function scopeMark(scope: Scope): string {
  return hash('sha1', scopeKey(scope)).slice(0, 12);
}

/** Opaque to clients. */
export function formatCursor({ catalogueId, ruleSet, scope, mark }: Cursor): string {
  return Buffer.from(JSON.stringify([catalogueId, ruleSet, scope, mark])).toString('base64url');
}

/** `undefined` for what is no cursor. */
export function parseCursor(text: string): Cursor | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts) || parts.length !== 4) return undefined;
  const [catalogueId, ruleSet, scope, mark] = parts as readonly unknown[];
  if (typeof catalogueId !== 'string' || typeof ruleSet !== 'string' || typeof scope !== 'string') return undefined;
  if (typeof mark !== 'number' || !Number.isSafeInteger(mark) || mark < 0) return undefined;
  return { catalogueId, ruleSet, scope, mark };
}
