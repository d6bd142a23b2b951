import { readFileSync } from 'node:fs';
import { Catalogue } from './catalogue.ts';
import { loadCorrections } from './corrections.ts';

/** The compiled catalogue that comes with kbgap, so that it can judge before anything is imported. */
const starterCatalogueFile = new URL('./starter/starter.kbcat', import.meta.url);

/** @throws {CatalogueFileError} where the installation is damaged. */
export function loadStarterCatalogue(): Catalogue {
  return Catalogue.fromBytes(readFileSync(starterCatalogueFile), loadCorrections());
}
