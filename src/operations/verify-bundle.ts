import type { BundleManifest } from '../sources/bundle/manifest.ts';
import { openBundle } from '../sources/bundle/open-bundle.ts';
import type { PublicKey } from '../sources/bundle/minisign.ts';
import { Corrections } from '../catalogue/corrections.ts';

export interface VerifiedBundle {
  readonly signer: PublicKey;
  readonly comment: string;
  readonly manifest: BundleManifest;
}

/**
 * Checks a bundle whole: signature, sizes, every hash, stored and unpacked, and that the manifest says of the catalogue what
 * the catalogue says. Needs nothing but the file. @throws {BundleError}
 */
export function verifyBundle(file: string): VerifiedBundle {
  const bundle = openBundle(file);
  try {
    bundle.checkStored();
    bundle.readCatalogue(new Corrections([]));
    const unpacked = bundle.contents();
    while (unpacked.next().done !== true); // each is checked on the way
    return { signer: bundle.signer, comment: bundle.comment, manifest: bundle.manifest };
  } finally {
    bundle.close();
  }
}
