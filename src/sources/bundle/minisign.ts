import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, hash, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';

/**
 * Ed25519 keys and signatures as minisign writes them, so that `minisign -V` checks them too: the `ED` form, which signs
 * BLAKE2b-512 of the message, and a second signature over the first one and the trusted comment.
 * Source: minisign's manual, "Signature format" and "Public key format".
 */
export interface PublicKey {
  /** Eight bytes in hex, as minisign shows them: `E7620F1842B4E81F`. */
  readonly id: string;
  /** The line of the key file that counts: `RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3`. */
  readonly text: string;
}

/** What is wrong with a key or a signature; callers add where it stood. */
class SignatureError extends Error {
  override readonly name = 'SignatureError';
  readonly code = 'signature';
}

const idBytes = 8;
const signatureBytes = 64;

/** A new private key in PKCS #8, PEM. */
export function createPrivateKeyPem(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** @throws {SignatureError} where the text is no Ed25519 private key. */
export function parsePrivateKey(pem: string): KeyObject {
  let key;
  try {
    key = createPrivateKey(pem);
  } catch (error) {
    throw new SignatureError('expected an Ed25519 private key in PEM', { cause: error });
  }
  if (key.asymmetricKeyType !== 'ed25519')
    throw new SignatureError(`expected an Ed25519 private key, got one of ${key.asymmetricKeyType}`);
  return key;
}

/** The id is the beginning of the key's own hash: one key has one id wherever it is used. */
export function publicKeyOf(privateKey: KeyObject): PublicKey {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  const raw = Buffer.from(x, 'base64url');
  const id = hash('sha256', raw, 'buffer').subarray(0, idBytes);
  return { id: shownId(id), text: Buffer.concat([Buffer.from('Ed'), id, raw]).toString('base64') };
}

/** A minisign public key: the file with its comment, or the line alone. @throws {SignatureError} */
export function parsePublicKey(file: string): PublicKey {
  const text = file
    .split(/\r?\n/)
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('untrusted comment:'));
  const bytes = decode(text ?? '', 2 + idBytes + 32, 'a minisign public key, such as RWQf6LRC…');
  if (bytes.toString('latin1', 0, 2) !== 'Ed')
    throw new SignatureError('expected a minisign public key, got base64 of something else');
  return { id: shownId(bytes.subarray(2, 2 + idBytes)), text: text ?? '' };
}

/** The public key's file. */
export function formatPublicKey({ id, text }: PublicKey): string {
  return `untrusted comment: minisign public key ${id}\n${text}\n`;
}

/** The four lines of a signature file. The comment is signed too. */
export function signMessage(message: Uint8Array, privateKey: KeyObject, trustedComment: string): string {
  const key = publicKeyOf(privateKey);
  const signature = sign(null, prehash(message), privateKey);
  const signed = Buffer.concat([Buffer.from('ED'), keyBytes(key).subarray(2, 2 + idBytes), signature]);
  const global = sign(null, Buffer.concat([signature, Buffer.from(trustedComment)]), privateKey);
  return `${untrustedComment(key)}\n${signed.toString('base64')}\ntrusted comment: ${trustedComment}\n${global.toString('base64')}\n`;
}

/** What stands above a signature of ours; not signed itself, so readers of bundles expect it to the letter. */
export function untrustedComment({ id }: PublicKey): string {
  return `untrusted comment: signature by kbgap key ${id}`;
}

/** The trusted comment of a signature that holds. @throws {SignatureError} where it does not, or is another key's. */
export function checkSignature(message: Uint8Array, signatureFile: string, key: PublicKey): string {
  const [, line = '', comment = '', global = ''] = signatureFile.split(/\r?\n/);
  const signed = decode(line, 2 + idBytes + signatureBytes, 'a minisign signature');
  if (signed.toString('latin1', 0, 2) !== 'ED')
    throw new SignatureError('expected a minisign signature of the form ED (over BLAKE2b-512), got another form');
  const id = shownId(signed.subarray(2, 2 + idBytes));
  if (id !== key.id) throw new SignatureError(`expected a signature by key ${key.id}, got one by key ${id}`);
  const signature = signed.subarray(2 + idBytes);
  const publicKey = publicKeyObject(key);
  if (!verify(null, prehash(message), publicKey, signature))
    throw new SignatureError(`the signature by key ${id} does not hold: the signed bytes were changed`);
  if (!comment.startsWith('trusted comment: ')) throw new SignatureError('expected a trusted comment, got none');
  const trusted = comment.slice('trusted comment: '.length);
  const second = decode(global, signatureBytes, 'a second signature, over the trusted comment');
  if (!verify(null, Buffer.concat([signature, Buffer.from(trusted)]), publicKey, second))
    throw new SignatureError(`the signature by key ${id} does not hold for the trusted comment`);
  return trusted;
}

function prehash(message: Uint8Array): Buffer {
  return createHash('blake2b512').update(message).digest();
}

function keyBytes({ text }: PublicKey): Buffer {
  return Buffer.from(text, 'base64');
}

function publicKeyObject(key: PublicKey): KeyObject {
  const x = keyBytes(key)
    .subarray(2 + idBytes)
    .toString('base64url');
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
}

/** minisign reads the id as a little-endian number. */
function shownId(bytes: Uint8Array): string {
  return Buffer.from(bytes).reverse().toString('hex').toUpperCase();
}

/** Base64 that stands for its bytes in the one canonical way: no byte of a signed file may change unnoticed. */
function decode(text: string, length: number, expected: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length !== length || bytes.toString('base64') !== text)
    throw new SignatureError(`expected ${expected}, got ${JSON.stringify(text.slice(0, 40))}`);
  return bytes;
}
