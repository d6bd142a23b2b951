import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, unlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { Catalogue } from '../catalogue/catalogue.ts';
import { CatalogueFileError } from '../catalogue/catalogue-format.ts';
import type { Corrections } from '../catalogue/corrections.ts';
import { loadStarterCatalogue } from '../catalogue/starter-catalogue.ts';
import { InForceLog } from './in-force-log.ts';
import type { CatalogueInForce } from './in-force-log.ts';
import { writeFileDurably } from './write-file-durably.ts';

/** How long, and how many at most, catalogues stay that were in force; each is less than half a megabyte. */
const keptDays = 30;
const mostFormer = 100;

/**
 * Where a data folder keeps its catalogues: `catalogue/<hash>.kbcat`, and `catalogue/current`, which names the one in
 * force. A new catalogue is written beside the old one and swapped in by renaming one small file.
 */
export class CatalogueFolder {
  private readonly folder: string;
  readonly corrections: Corrections;

  constructor(dataFolder: string, corrections: Corrections) {
    this.folder = join(dataFolder, 'catalogue');
    this.corrections = corrections;
  }

  /** `<data folder>/catalogue`. */
  get path(): string {
    return this.folder;
  }

  /** Where the documents are kept as published. */
  get documentFolder(): string {
    return join(this.folder, 'documents');
  }

  /** Id of the catalogue in force; `undefined` where the folder has none of its own and the starter catalogue serves. */
  currentId(): string | undefined {
    const file = join(this.folder, 'current');
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : undefined;
  }

  /** @throws {CatalogueFileError} where the catalogue in force cannot be read: names its file and the way out. */
  loadCurrent(): { readonly catalogue: Catalogue; readonly starter: boolean } {
    const id = this.currentId();
    if (id === undefined) return { catalogue: loadStarterCatalogue(), starter: true };
    try {
      return { catalogue: this.load(id), starter: false };
    } catch (error) {
      throw new CatalogueFileError(
        `${error instanceof Error ? error.message : String(error)}; kbgap catalog sync, or an import, makes it anew`,
        { cause: error },
      );
    }
  }

  private load(id: string): Catalogue {
    const file = this.fileOf(id);
    const expected = `expected the catalogue ${id} at ${file}`;
    let catalogue;
    try {
      catalogue = Catalogue.fromBytes(readFileSync(file), this.corrections);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new CatalogueFileError(`${expected}, but it cannot be read (${reason})`, { cause: error });
    }
    if (catalogue.id !== id) throw new CatalogueFileError(`${expected}, but it holds ${catalogue.id}`);
    return catalogue;
  }

  /** As kept. */
  readBytes(id: string): Uint8Array {
    return readFileSync(this.fileOf(id));
  }

  private isSound(id: string): boolean {
    try {
      return existsSync(this.fileOf(id)) && this.load(id).id === id;
    } catch {
      return false;
    }
  }

  /** Puts a catalogue in force. Until the last step the old one serves; a crash on the way leaves it in force. */
  swapIn(id: string, bytes: Uint8Array): void {
    this.layReady(id, bytes);
    this.putInForce(id);
  }

  /** Lays a catalogue beside the one in force, in place of a damaged file of its own. */
  layReady(id: string, bytes: Uint8Array): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (!this.isSound(id)) writeFileDurably(this.fileOf(id), bytes);
  }

  /** Swaps in one that lies ready. */
  putInForce(id: string): void {
    const before = this.currentId();
    if (before !== undefined && existsSync(this.fileOf(before))) touch(this.fileOf(before));
    writeFileDurably(join(this.folder, 'current'), Buffer.from(`${id}\n`));
    new InForceLog(this.folder).note(id, new Date());
    this.removeOld(id);
  }

  /** The catalogue that was in force at an instant; it need not be kept any more. */
  inForceAt(instant: Date): CatalogueInForce {
    return new InForceLog(this.folder).at(instant, loadStarterCatalogue().id);
  }

  /** Every catalogue at hand that can be read, in force or from before. */
  listSound(): readonly Catalogue[] {
    if (!existsSync(this.folder)) return [];
    const ids = readdirSync(this.folder).filter((name) => name.endsWith('.kbcat'));
    return ids.flatMap((name) => {
      try {
        return this.load(`sha256:${name.replace('.kbcat', '')}`);
      } catch {
        return [];
      }
    });
  }

  /**
   * One that was in force within the last month, for lists that are continued from then; `undefined` where it is not kept or
   * cannot be read.
   */
  findFormer(id: string): Catalogue | undefined {
    const starter = loadStarterCatalogue();
    if (starter.id === id) return starter;
    try {
      return existsSync(this.fileOf(id)) ? this.load(id) : undefined;
    } catch {
      return undefined;
    }
  }

  /** Those that were in force stay for a month: for a process that is just loading one, and for lists continued from then. */
  private removeOld(current: string): void {
    const files = readdirSync(this.folder).filter((name) => name.endsWith('.kbcat'));
    const others = files.map((name) => join(this.folder, name)).filter((file) => file !== this.fileOf(current));
    const inForceUntil = (file: string): number => statSync(file).mtimeMs;
    others.sort((a, b) => inForceUntil(b) - inForceUntil(a));
    const oldest = Date.now() - keptDays * 86_400_000;
    for (const [index, file] of others.entries()) {
      if (index >= mostFormer || (index > 0 && inForceUntil(file) < oldest)) unlinkSync(file);
    }
  }

  private fileOf(id: string): string {
    return join(this.folder, `${id.replace(/[^0-9a-f]/g, '').slice(-64)}.kbcat`);
  }
}

/** The time of its file says until when a catalogue was in force. */
function touch(file: string): void {
  utimesSync(file, new Date(), new Date());
}
