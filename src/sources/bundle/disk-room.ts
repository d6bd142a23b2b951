import { BundleError } from './bundle-error.ts';
import type { Bundle } from './open-bundle.ts';

/** All of today's documents take 10 MB as they are kept; a revision a day takes years to fill this. */
const largestRoomBytes = 2 * 1024 * 1024 * 1024;

/** What a bundle's documents take on disk once they are taken out: many honest sections fill it as well as one that lies. */
export class DiskRoom {
  /** Whether it has to be looked after: documents that are that large unpacked take less packed. */
  readonly isScarce: boolean;
  readonly #path: string;
  readonly #roomBytes: number;
  #takenBytes = 0;

  constructor({ path, manifest }: Pick<Bundle, 'path' | 'manifest'>, roomBytes = largestRoomBytes) {
    this.#path = path;
    this.#roomBytes = roomBytes;
    this.isScarce = manifest.sections.reduce((total, { sizeBytes }) => total + sizeBytes, 0) > roomBytes;
  }

  /** @throws {BundleError} where it is more than there is. */
  take(sizeBytes: number): void {
    this.#takenBytes += sizeBytes;
    if (this.#takenBytes > this.#roomBytes)
      throw new BundleError(
        this.#path,
        `expected documents that take at most ${this.#roomBytes} bytes on disk, got more`,
      );
  }
}
