import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { bits, der, generalTime, integer, objectId, octets, sequence, setOf, utf8, yes } from './der.ts';

const day = 86_400_000;
const ecdsaWithSha256 = sequence(objectId('1.2.840.10045.4.3.2'));

/** A certificate with its key, both PEM, made for this run. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
  readonly name: string;
  readonly privateKey: KeyObject;
}

export interface TestCertificateOptions {
  /** Who signs it; without one it signs itself. */
  readonly issuer?: TestCertificate;
  readonly isAuthority?: boolean;
  readonly validTo?: Date;
}

/** An X.509 certificate (RFC 5280) for `localhost` and the addresses of loopback. */
export function makeCertificate(
  name: string,
  { issuer, isAuthority = false, validTo = new Date(Date.now() + 30 * day) }: TestCertificateOptions = {},
): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const content = sequence(
    der(0xa0, integer(Buffer.of(2))),
    integer(randomBytes(8).fill(1, 0, 1)),
    ecdsaWithSha256,
    commonName(issuer?.name ?? name),
    sequence(generalTime(new Date(Math.min(Date.now(), validTo.getTime()) - day)), generalTime(validTo)),
    commonName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(basicConstraints(isAuthority), ownNames)),
  );
  const signature = sign('sha256', content, issuer?.privateKey ?? privateKey);
  const whole = sequence(content, ecdsaWithSha256, bits(signature));
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${(whole.toString('base64').match(/.{1,64}/g) ?? []).join('\n')}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    name,
    privateKey,
  };
}

function commonName(name: string): Buffer {
  return sequence(setOf(sequence(objectId('2.5.4.3'), utf8(name))));
}

function basicConstraints(isAuthority: boolean): Buffer {
  return sequence(objectId('2.5.29.19'), yes, octets(isAuthority ? sequence(yes) : sequence()));
}

const ownNames = sequence(
  objectId('2.5.29.17'),
  octets(
    sequence(
      der(0x82, Buffer.from('localhost')),
      der(0x87, Buffer.of(127, 0, 0, 1)),
      der(0x87, Buffer.concat([Buffer.alloc(15), Buffer.of(1)])),
    ),
  ),
);
