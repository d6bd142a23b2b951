import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  checkSignature,
  createPrivateKeyPem,
  formatPublicKey,
  parsePrivateKey,
  parsePublicKey,
  publicKeyOf,
  signMessage,
} from './minisign.ts';

describe("minisign's own example", () => {
  // Key and signature of the file `test`, from the documentation of jedisct1/rust-minisign-verify.
  const key = parsePublicKey('RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3');
  const signature = [
    'untrusted comment: signature from minisign secret key',
    'RUQf6LRCGA9i559r3g7V1qNyJDApGip8MfqcadIgT9CuhV3EMhHoN1mGTkUidF/z7SrlQgXdy8ofjb7bNJJylDOocrCo8KLzZwo=',
    'trusted comment: timestamp:1633700835\tfile:test\tprehashed',
    'wLMDjy9FLAuxZ3q4NlEvkgtyhrr0gtTu6KC4KBJdITbbOeAi1zBIYo0v4iTgt8jJpIidRJnp94ABQkJAgAooBQ==',
    '',
  ].join('\n');

  it('has the id that minisign shows', () => assert.equal(key.id, 'E7620F1842B4E81F'));
  it('holds', () =>
    assert.equal(checkSignature(Buffer.from('test'), signature, key), 'timestamp:1633700835\tfile:test\tprehashed'));
  it('does not hold for another message', () =>
    assert.throws(() => checkSignature(Buffer.from('Test'), signature, key), /does not hold/));
  it('does not hold with another trusted comment', () =>
    assert.throws(
      () => checkSignature(Buffer.from('test'), signature.replace('1633700835', '1633700836'), key),
      /does not hold for the trusted comment/,
    ));
});

describe('a key of our own', () => {
  const privateKey = parsePrivateKey(createPrivateKeyPem());
  const key = publicKeyOf(privateKey);
  const message = Buffer.from('a manifest');

  it('goes through its file', () => assert.deepEqual(parsePublicKey(formatPublicKey(key)), key));
  it('signs the same message with the same bytes', () =>
    assert.equal(signMessage(message, privateKey, 'c'), signMessage(message, privateKey, 'c')));
  it('checks what it signed', () =>
    assert.equal(checkSignature(message, signMessage(message, privateKey, 'in words'), key), 'in words'));
  it("refuses another key's signature, naming both", () => {
    const other = publicKeyOf(parsePrivateKey(createPrivateKeyPem()));
    assert.throws(
      () => checkSignature(message, signMessage(message, privateKey, ''), other),
      (error: Error) => [key.id, other.id].every((id) => error.message.includes(id)),
    );
  });

  const texts: readonly [says: string, text: string][] = [
    ['nothing', ''],
    ['a comment alone', 'untrusted comment: minisign public key E7620F1842B4E81F\n'],
    ['a cut key', 'RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO'],
    ['base64 with other spare bits', 'RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GF=='],
    ['another algorithm', Buffer.concat([Buffer.from('RS'), Buffer.alloc(40)]).toString('base64')],
    ['a private key', createPrivateKeyPem()],
  ];
  for (const [says, text] of texts)
    it(`no public key: ${says}`, () => assert.throws(() => parsePublicKey(text), /expected/));
  it('no private key: a public one', () =>
    assert.throws(() => parsePrivateKey(formatPublicKey(key)), /expected an Ed25519/));
});
