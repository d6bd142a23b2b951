import { hash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 32 random bytes in base64url: too many to guess, so that a fast hash is enough. */
export function createSecret(): string {
  return randomBytes(32).toString('base64url');
}

export function hashSecret(secret: string): Uint8Array {
  return hash('sha256', secret, 'buffer');
}

const hashOfNobody = hashSecret(createSecret());

/** In constant time, also where there is no hash to compare with. */
export function isSecret(secret: string, secretHash: Uint8Array | undefined): boolean {
  return timingSafeEqual(hashSecret(secret), secretHash ?? hashOfNobody) && secretHash !== undefined;
}
