import type { BundleManifest } from '../sources/bundle/manifest.ts';
import { openBundle } from '../sources/bundle/open-bundle.ts';
import type { PublicKey } from '../sources/bundle/minisign.ts';
import type { Bundle } from '../sources/bundle/open-bundle.ts';
import { BundleError } from '../sources/bundle/bundle-error.ts';
import { DiskRoom } from '../sources/bundle/disk-room.ts';
import { packDocument } from '../sources/keep-document.ts';
import { readBundledFeed } from './bundle-feeds.ts';
import { Corrections } from '../catalogue/corrections.ts';

export interface VerifiedBundle {
  readonly signer: PublicKey;
  readonly comment: string;
  readonly manifest: BundleManifest;
}

/**
 * Checks a bundle whole: signature, sizes, every hash, stored and unpacked, that the manifest says of the catalogue what the
 * catalogue says, that its feeds are kept feeds, and that an import would have room. Needs nothing but the file.
 * @throws {BundleError}
 */
export function verifyBundle(file: string): VerifiedBundle {
  const bundle = openBundle(file);
  try {
    bundle.checkStored();
    bundle.readCatalogue(new Corrections([]));
    const room = new DiskRoom(bundle);
    for (const { section, bytes } of bundle.contents()) {
      if (section.kind === 'feed') checkFeed(bundle, section.name, bytes);
      else if (room.isScarce) room.take(packDocument(bytes).length);
    }
    return { signer: bundle.signer, comment: bundle.comment, manifest: bundle.manifest };
  } finally {
    bundle.close();
  }
}

function checkFeed({ path }: Bundle, name: string, bytes: Uint8Array): void {
  try {
    readBundledFeed(name, bytes);
  } catch (error) {
    throw new BundleError(path, error instanceof Error ? error.message : String(error), { cause: error });
  }
}
