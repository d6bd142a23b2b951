import { createPublicKey, generateKeyPairSync, hash } from 'node:crypto';
import type { SigningKey, Store } from '../store/store.ts';

/** The key that is kept; made where there is none (some 100 ms, once in the life of a data folder). */
export function getSigningKey(store: Store, now: Date): SigningKey {
  return store.findSigningKey() ?? store.addSigningKey(createSigningKey(), now.toISOString());
}

function createSigningKey(): SigningKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
  return { kid: thumbprintOf(publicKey), privateKeyPem: privateKey, publicKeyPem: publicKey };
}

/** RFC 7638, section 3: SHA-256 over the required members in alphabetical order, base64url. */
function thumbprintOf(publicKeyPem: string): string {
  const { e, kty, n } = createPublicKey(publicKeyPem).export({ format: 'jwk' });
  return hash('sha256', JSON.stringify({ e, kty, n }), 'base64url');
}
