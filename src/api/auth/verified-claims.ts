/** What a token says, once its signature, issuer and times were checked. */
export interface VerifiedClaims {
  /** GUID or name of a tenant of kbgap. */
  readonly tenant: string;
  readonly clientId: string;
  readonly roles: readonly string[];
  /** The resource it is for; `undefined` where that was checked already. */
  readonly audience: string | undefined;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
  /** Until then its signature need not be checked again. Milliseconds since 1970. */
  readonly checkedUntil: number;
  /** The key of kbgap's own that it was signed with; `undefined` where another issuer gave it. */
  readonly ownKeyId: string | undefined;
}

/** The strings of a claim that is a list, or a text with blanks between. */
export function wordsOf(value: unknown): readonly string[] {
  const list = typeof value === 'string' ? value.split(/\s+/) : Array.isArray(value) ? value : [];
  return list.filter((each): each is string => typeof each === 'string' && each !== '');
}
