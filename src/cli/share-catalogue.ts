import type { Logger } from 'pino';
import { Catalogue } from '../catalogue/catalogue.ts';
import type { CatalogueFolder } from '../operations/catalogue-folder.ts';
import type { SharedCatalogue } from '../store/shared-catalogue.ts';

/** How often the database and the folder are compared; an id is asked for, not a catalogue. */
const lookEveryMs = 2000;

/**
 * Keeps the catalogue of a data folder and that of the shared database one: what is put in force here goes into the database, what
 * another node put in force there comes here, once its hash was checked. At the start the database's stands.
 */
export class CatalogueSharing {
  readonly #folder: CatalogueFolder;
  readonly #shared: SharedCatalogue;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  /** The catalogue that both had when last compared; `null` before that. */
  #agreed: string | null | undefined = null;
  #looking: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(folder: CatalogueFolder, shared: SharedCatalogue, logger: Logger) {
    this.#folder = folder;
    this.#shared = shared;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.look(), lookEveryMs).unref();
  }

  /** Never throws: a database that is away is asked again. */
  look(): Promise<void> {
    this.#looking = this.#looking.then(async () => {
      try {
        await this.#compare();
        this.#isFailing = false;
      } catch (error) {
        if (!this.#isFailing) this.#logger.warn({ err: error }, 'catalogue not shared with the database');
        this.#isFailing = true;
      }
    });
    return this.#looking;
  }

  stop(): Promise<void> {
    clearInterval(this.#timer);
    return this.#looking;
  }

  async #compare(): Promise<void> {
    const [here, there] = [this.#folder.currentId(), await this.#shared.currentId()];
    const isNewHere = here !== undefined && here !== there && (this.#agreed !== null || there === undefined);
    if (isNewHere && here !== this.#agreed) await this.#publish(here);
    else if (there !== undefined && there !== here) await this.#takeUp(there);
    else if (here !== undefined && this.#agreed === null) await this.#mend(here);
    this.#agreed = this.#folder.currentId();
  }

  async #publish(id: string): Promise<void> {
    const bytes = this.#folder.readBytes(id);
    this.#check(id, bytes, 'in the data folder');
    await this.#shared.putInForce(id, bytes);
    this.#logger.info({ catalogueId: id }, 'catalogue put into the database');
  }

  async #takeUp(id: string): Promise<void> {
    const bytes = await this.#shared.read(id);
    if (bytes === undefined) return;
    this.#check(id, bytes, 'in the database');
    this.#folder.swapIn(id, bytes);
    this.#logger.info({ catalogueId: id }, 'catalogue of another node taken up');
  }

  /** A node that starts with the catalogue in force has what a damaged row lacks. */
  async #mend(id: string): Promise<void> {
    const bytes = await this.#shared.read(id);
    try {
      if (bytes !== undefined) this.#check(id, bytes, 'in the database');
    } catch (error) {
      this.#logger.warn({ err: error }, 'catalogue in the database replaced by that of this node');
      await this.#publish(id);
    }
  }

  /** @throws {Error} where they are not those of that catalogue. */
  #check(id: string, bytes: Uint8Array, where: string): void {
    const expected = `expected the bytes of the catalogue ${id} ${where}`;
    let found: string;
    try {
      found = Catalogue.fromBytes(bytes, this.#folder.corrections).id;
    } catch (error) {
      throw new Error(`${expected}, but they cannot be read`, { cause: error });
    }
    if (found !== id) throw new Error(`${expected}, got those of ${found}`);
  }
}
