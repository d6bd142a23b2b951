import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 32 random bytes in base64url: too many to guess, so that a fast hash is enough. */
export function createClientSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function hashClientSecret(secret: string): Uint8Array {
  return hash('sha256', secret, 'buffer');
}

const hashOfNobody = hashClientSecret(createClientSecret());

/** In constant time, also where there is no hash to compare with. */
export function isClientSecret(secret: string, secretHash: Uint8Array | undefined): boolean {
  return timingSafeEqual(hashClientSecret(secret), secretHash ?? hashOfNobody) && secretHash !== undefined;
}
