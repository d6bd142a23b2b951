import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { Catalogue } from '../catalogue/catalogue.ts';
import { CatalogueFileError } from '../catalogue/catalogue-format.ts';
import type { Corrections } from '../catalogue/corrections.ts';
import { loadStarterCatalogue } from '../catalogue/starter-catalogue.ts';
import { writeFileDurably } from './write-file-durably.ts';

/**
 * Where a data folder keeps its catalogues: `catalogue/<hash>.kbcat`, and `catalogue/current`, which names the one in
 * force. A new catalogue is written beside the old one and swapped in by renaming one small file.
 */
export class CatalogueFolder {
  private readonly folder: string;
  private readonly corrections: Corrections;

  constructor(dataFolder: string, corrections: Corrections) {
    this.folder = join(dataFolder, 'catalogue');
    this.corrections = corrections;
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

  /** @throws {CatalogueFileError} where the catalogue in force cannot be read. */
  loadCurrent(): { readonly catalogue: Catalogue; readonly starter: boolean } {
    const id = this.currentId();
    if (id === undefined) return { catalogue: loadStarterCatalogue(), starter: true };
    const file = this.fileOf(id);
    let bytes;
    try {
      bytes = readFileSync(file);
    } catch (error) {
      throw new CatalogueFileError(`expected the catalogue ${id} at ${file}, but it cannot be read`, { cause: error });
    }
    const catalogue = Catalogue.fromBytes(bytes, this.corrections);
    if (catalogue.id !== id)
      throw new CatalogueFileError(`expected ${file} to hold ${id}, but it holds ${catalogue.id}`);
    return { catalogue, starter: false };
  }

  /** Puts a catalogue in force. Until the last step the old one serves; a crash on the way leaves it in force. */
  swapIn(id: string, bytes: Uint8Array): void {
    mkdirSync(this.folder, { recursive: true, mode: 0o700 });
    if (!existsSync(this.fileOf(id))) writeFileDurably(this.fileOf(id), bytes);
    writeFileDurably(join(this.folder, 'current'), Buffer.from(`${id}\n`));
    this.removeOld(id);
  }

  /** The one before stays, for a process that is just loading it. */
  private removeOld(current: string): void {
    const files = readdirSync(this.folder).filter((name) => name.endsWith('.kbcat'));
    const others = files.map((name) => join(this.folder, name)).filter((file) => file !== this.fileOf(current));
    others.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
    for (const file of others.slice(1)) unlinkSync(file);
  }

  private fileOf(id: string): string {
    return join(this.folder, `${id.replace(/[^0-9a-f]/g, '').slice(-64)}.kbcat`);
  }
}
