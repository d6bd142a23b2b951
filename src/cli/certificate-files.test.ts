import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { makeCertificate } from '../../test/support/certificates.ts';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { CertificateError, readCertificate } from './certificate-files.ts';

const folder = temporaryFolder({ after });
const authority = makeCertificate('authority', { isAuthority: true });
const own = makeCertificate('own', { issuer: authority });
const other = makeCertificate('other');
const encrypted = '-----BEGIN ENCRYPTED PRIVATE KEY-----\nMII=\n-----END ENCRYPTED PRIVATE KEY-----\n';
const broken = '-----BEGIN CERTIFICATE-----\nMIIBAA==\n-----END CERTIFICATE-----\n';

function write(cert: string, key: string): { readonly cert: string; readonly key: string } {
  const files = { cert: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  writeFileSync(files.cert, cert);
  writeFileSync(files.key, key);
  return files;
}

describe('certificate and key', () => {
  for (const [says, cert, key] of [
    ['a certificate alone', own.cert, own.key],
    ['one with its chain behind it', own.cert + authority.cert, own.key],
    [
      'words around the blocks, as OpenSSL prints them',
      `subject=CN=own\r\n${own.cert.replaceAll('\n', '\r\n')}`,
      own.key,
    ],
  ] as const) {
    it(`${says} is read`, () => assert.equal(readCertificate(write(cert, key)).cert, cert));
  }

  it('one that has expired is read, and says when', () => {
    const old = makeCertificate('old', { validTo: new Date('2020-01-01T00:00:00Z') });
    assert.equal(readCertificate(write(old.cert, old.key)).validTo.toISOString(), '2020-01-01T00:00:00.000Z');
  });

  it('one file may hold both', () => {
    const { cert } = write(own.key + own.cert, '');
    assert.equal(readCertificate({ cert, key: cert }).key, own.key + own.cert);
  });

  const wrong: readonly [says: string, cert: string, key: string, message: RegExp][] = [
    [
      "another one's key",
      own.cert,
      other.key,
      /key\.pem: expected the key of the certificate in .*cert\.pem \(DNS:localhost.*got another one/,
    ],
    [
      'the chain before the certificate',
      authority.cert + own.cert,
      own.key,
      /own certificate first and its chain behind it, got it at place 2/,
    ],
    ['no certificate', 'hello', own.key, /cert\.pem: expected a certificate in PEM, got none/],
    ['a broken certificate', broken, own.key, /cert\.pem: .*got a broken one at place 1/],
    ['a broken one in the chain', own.cert + broken, own.key, /got a broken one at place 2/],
    ['no key', own.cert, 'hello', /key\.pem: expected a private key in PEM/],
    ['a key with a passphrase', own.cert, encrypted, /key\.pem: expected a key without a passphrase/],
    ['an empty file', '', '', /got none/],
  ];
  for (const [says, cert, key, message] of wrong) {
    it(`${says} is refused, naming the file`, () => {
      assert.throws(
        () => readCertificate(write(cert, key)),
        (error: unknown) => {
          assert.ok(error instanceof CertificateError);
          assert.match(error.message, message);
          return true;
        },
      );
    });
  }

  it('a file that is not there is refused', () => {
    const absent = join(folder, 'absent.pem');
    assert.throws(
      () => readCertificate({ cert: absent, key: absent }),
      /certificate: expected a PEM file, but .*absent\.pem cannot be read/,
    );
  });
});
