import type { AdvisoryDocument } from '../catalogue/advisory-document.ts';
import { Catalogue } from '../catalogue/catalogue.ts';
import { packCatalogue } from '../catalogue/catalogue-format.ts';
import { compareDocuments } from '../catalogue/compare-documents.ts';
import type { DocumentChanges } from '../catalogue/compare-documents.ts';
import { compileCatalogue } from '../catalogue/compile-catalogue.ts';
import { expandCatalogue } from '../catalogue/expand-catalogue.ts';
import type { Store } from '../store/store.ts';
import { catalogueEngine } from './catalogue-engine.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';
import { countChangedVerdicts } from './count-changed-verdicts.ts';
import type { ChangedVerdicts } from './count-changed-verdicts.ts';
import type { Engine } from './engine.ts';
import { findDocumentState } from './find-document-state.ts';
import type { DocumentState } from './find-document-state.ts';

/** What changed between two revisions of a document, or two states of the catalogue. */
export interface CatalogueDiff extends DocumentChanges {
  readonly before: string;
  readonly after: string;
  /** By all of the catalogue in force, but for the document in question. */
  readonly verdicts: ChangedVerdicts;
}

/** Two texts that name no two things to compare. */
class NotComparableError extends Error {
  override readonly name = 'NotComparableError';
  readonly code = 'not-comparable';
}

/**
 * `a` and `b` as {@link findDocumentState} reads them; devices are those of `store`. @throws {NotComparableError} for two documents, or a
 * document and a day.
 */
export async function diffCatalogue(
  folder: CatalogueFolder,
  { a, b, store }: { readonly a: string; readonly b: string; readonly store?: Store | undefined },
): Promise<CatalogueDiff> {
  const before = await findDocumentState(folder, a);
  const after = await findDocumentState(folder, b);
  if (before.id?.toLowerCase() !== after.id?.toLowerCase()) {
    throw new NotComparableError(
      `expected two revisions of one document, or two days, got ${before.name} and ${after.name}`,
    );
  }
  const engineOf = engines(folder);
  return {
    before: before.name,
    after: after.name,
    ...compareDocuments(before.documents, after.documents),
    verdicts: countChangedVerdicts(store, engineOf(before), engineOf(after)),
  };
}

/** A revision is judged by together with everything else that is held. */
function engines(folder: CatalogueFolder): (state: DocumentState) => Engine {
  let held: readonly AdvisoryDocument[] | undefined;
  return ({ id, documents }) => {
    if (id !== null) held ??= expandCatalogue(folder.loadCurrent().catalogue.compiled);
    const others = id === null ? [] : (held ?? []).filter((each) => each.id.toLowerCase() !== id.toLowerCase());
    const { bytes } = packCatalogue(compileCatalogue([...others, ...documents]), 1);
    return catalogueEngine(Catalogue.fromBytes(bytes, folder.corrections), false);
  };
}
