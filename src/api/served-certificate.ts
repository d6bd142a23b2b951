import { createSecureContext } from 'node:tls';
import type { SecureContext, SecureContextOptions, TlsOptions } from 'node:tls';
import type { Server } from 'node:https';

/** A certificate with its chain, and its private key; both PEM. */
export interface CertificatePair {
  readonly cert: string;
  readonly key: string;
}

/** Older versions of TLS are broken; osqueryd speaks 1.2 on most platforms. */
const minVersion = 'TLSv1.2';

/** The certificate that a server shows, which can be renewed under its open connections. */
export class ServedCertificate {
  #pair: CertificatePair;
  #context: SecureContext;
  #server: Server | undefined;

  /** @throws {Error} of OpenSSL where the pair cannot be used. */
  constructor(pair: CertificatePair) {
    this.#pair = pair;
    this.#context = createSecureContext(contextOf(pair));
  }

  /** For `https.createServer`. A name that is listened on at several addresses has a server each; all ask here. */
  get options(): TlsOptions {
    return { ...contextOf(this.#pair), SNICallback: (_name, done) => done(null, this.#context) };
  }

  /** Also renews what clients get that name no host. */
  serveOn(server: Server): void {
    this.#server = server;
    server.setSecureContext(contextOf(this.#pair));
  }

  /** New connections get `pair`. @throws {Error} of OpenSSL where it cannot be used; the old one then stays. */
  renew(pair: CertificatePair): void {
    this.#context = createSecureContext(contextOf(pair));
    this.#pair = pair;
    this.#server?.setSecureContext(contextOf(pair));
  }
}

function contextOf({ cert, key }: CertificatePair): SecureContextOptions {
  return { cert, key, minVersion };
}
