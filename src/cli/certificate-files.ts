import { X509Certificate, createPrivateKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { CertificatePair } from '../api/served-certificate.ts';

/** Where certificate and key are; two names of one file where it holds both. */
export interface CertificateFiles {
  readonly cert: string;
  readonly key: string;
}

export interface ReadCertificate extends CertificatePair {
  readonly validTo: Date;
}

/** Certificate and key cannot be served. The message names the file, what was expected and what came. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
  readonly code = 'tls-certificate';
}

const block = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * Reads both files and holds them against each other. The server's own certificate stands first, those of its chain behind it.
 * @throws {CertificateError}
 */
export function readCertificate(files: CertificateFiles): ReadCertificate {
  const cert = readPem(files.cert, 'certificate');
  const key = readPem(files.key, 'private key');
  const [own, ...chain] = certificatesOf(files.cert, cert);
  if (own === undefined)
    throw new CertificateError(`TLS certificate ${files.cert}: expected a certificate in PEM, got none`);
  const privateKey = parseKey(files.key, key);
  if (!own.checkPrivateKey(privateKey)) {
    const place = chain.findIndex((each) => each.checkPrivateKey(privateKey));
    throw new CertificateError(
      place === -1
        ? `TLS key ${files.key}: expected the key of the certificate in ${files.cert} (${subjectOf(own)}), got another one`
        : `TLS certificate ${files.cert}: expected the key's own certificate first and its chain behind it, got it at place ${place + 2}`,
    );
  }
  return { cert, key, validTo: new Date(own.validTo) };
}

function readPem(file: string, what: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new CertificateError(`TLS ${what}: expected a PEM file, but ${file} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

function certificatesOf(file: string, pem: string): readonly X509Certificate[] {
  return Array.from(pem.matchAll(block), ([text], index) => {
    try {
      return new X509Certificate(text);
    } catch (error) {
      throw new CertificateError(
        `TLS certificate ${file}: expected certificates in PEM, got a broken one at place ${index + 1}: ${messageOf(error)}`,
        { cause: error },
      );
    }
  });
}

function parseKey(file: string, pem: string): KeyObject {
  if (/-----BEGIN ENCRYPTED PRIVATE KEY-----|^Proc-Type: 4,ENCRYPTED/m.test(pem))
    throw new CertificateError(`TLS key ${file}: expected a key without a passphrase, got an encrypted one`);
  try {
    return createPrivateKey(pem);
  } catch (error) {
    // OpenSSL's words never hold the key.
    throw new CertificateError(`TLS key ${file}: expected a private key in PEM, got none that can be read`, {
      cause: error,
    });
  }
}

function subjectOf({ subject, subjectAltName }: X509Certificate): string {
  return (subjectAltName ?? subject ?? 'no subject').replaceAll('\n', ', ').slice(0, 200);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
