import type { KeyObject } from 'node:crypto';
import { bundleSchema, formatManifest } from './manifest.ts';
import type { BundleManifest } from './manifest.ts';
import { publicKeyOf, signMessage } from './minisign.ts';

/**
 * A bundle's bytes: seven lines of text, the manifest, then the sections' stored bytes one after the other, nothing between or
 * behind them. Line 1 is the format, 2 the signer's public key (which proves nothing by itself), 3 to 6 minisign's signature of
 * the manifest, 7 the manifest's length. Ed25519 has no randomness: same content, same key, same bytes.
 *
 * ```text
 * kbgap-bundle/1
 * public key: RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3
 * untrusted comment: signature by kbgap key E7620F1842B4E81F
 * RUQf6LRC…
 * trusted comment: kbgap full bundle, catalogue sha256:…, current to 2026-07-06T07:00:00Z
 * 9vZ0…==
 * manifest: 74211 bytes
 * ```
 */
export function writeBundle(
  manifest: BundleManifest,
  stored: readonly Uint8Array[],
  privateKey: KeyObject,
): Uint8Array {
  const head = formatManifest(manifest);
  const signature = signMessage(head, privateKey, bundleComment(manifest));
  const lines = `${bundleSchema}\npublic key: ${publicKeyOf(privateKey).text}\n${signature}manifest: ${head.length} bytes\n`;
  return Buffer.concat([Buffer.from(lines), head, ...stored]);
}

/** What the signature says about the bundle in words. */
export function bundleComment({ contents, catalogue }: BundleManifest): string {
  return `kbgap ${contents} bundle, catalogue ${catalogue.id}, current to ${catalogue.currentTo ?? 'an unknown date'}`;
}
