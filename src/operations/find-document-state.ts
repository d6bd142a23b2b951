import type { AdvisoryDocument } from '../catalogue/advisory-document.ts';
import { expandCatalogue } from '../catalogue/expand-catalogue.ts';
import type { DocumentFile } from '../sources/list-document-files.ts';
import { readDocuments } from '../sources/read-documents.ts';
import { isCalendarDate } from '../terms/calendar-date.ts';
import { tryParseReleaseId } from '../terms/release-id.ts';
import type { CatalogueFolder } from './catalogue-folder.ts';
import { DocumentHistory, NothingKnownError } from './document-history.ts';
import type { SeenDocument } from './document-history.ts';
import { Quarantine } from './quarantine.ts';

/** Documents that a text names: one revision, or all that was known on a day. */
export interface DocumentState {
  /** `2026-Jun, revised 2026-07-04T01:03:27Z` or `what was known on 2026-07-01`. */
  readonly name: string;
  /** `null` for a state of the whole catalogue. */
  readonly id: string | null;
  readonly documents: readonly AdvisoryDocument[];
}

/** A text that names no revision, or more than one. */
class RevisionNotFoundError extends Error {
  override readonly name = 'RevisionNotFoundError';
  readonly code = 'revision-not-found';
}

/**
 * `2026-07-01`: all that had been seen by the end of that day. `2026-Jun@2026-07-01`: the newest revision of one document that
 * had been. In both an instant tells two revisions of one day apart: `2026-07-01T09:30:00Z`. `2026-Jun`: the one in force. A hash or its beginning (6 digits at least): that revision, also one in quarantine.
 * @throws {RevisionNotFoundError} {@link NothingKnownError}
 */
export async function findDocumentState(folder: CatalogueFolder, text: string): Promise<DocumentState> {
  const history = new DocumentHistory(folder.documentFolder);
  if (isTime(text)) {
    const name = `what was known ${isCalendarDate(text) ? 'on' : 'at'} ${text}`;
    return { name, id: null, documents: await history.readKnownAt(text) };
  }
  const [id = '', time] = text.split('@');
  if (tryParseReleaseId(id) === undefined) return revisionByHash(folder, history, text);
  if (time === undefined) return revisionInForce(folder, id);
  if (!isTime(time))
    throw new RevisionNotFoundError(
      `expected a date behind @, such as 2026-07-01, or an instant, such as 2026-07-01T09:30:00Z, got "${time}"`,
    );
  const seen = history.newestKnownAt(time).find((each) => each.id.toLowerCase() === id.toLowerCase());
  if (seen === undefined) throw new NothingKnownError(`no revision of ${id} had been seen by ${time}`);
  return revision(await readOne(history.findFile(seen.hash), seen.hash));
}

/** A day, or an instant in UTC. */
function isTime(text: string): boolean {
  if (isCalendarDate(text)) return true;
  const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?Z$/.test(text);
  return isInstant && isCalendarDate(text.slice(0, 10)) && !Number.isNaN(Date.parse(text));
}

function revisionInForce(folder: CatalogueFolder, id: string): DocumentState {
  const documents = expandCatalogue(folder.loadCurrent().catalogue.compiled);
  const found = documents.find((each) => each.id.toLowerCase() === id.toLowerCase());
  if (found === undefined) throw new RevisionNotFoundError(`expected a document that is held, got "${id}"`);
  return revision(found);
}

async function revisionByHash(folder: CatalogueFolder, history: DocumentHistory, text: string): Promise<DocumentState> {
  const start = text.toLowerCase().replace(/^sha256:/, '');
  const quarantine = new Quarantine(folder.path);
  const known: readonly Pick<SeenDocument, 'hash'>[] = [...history.list(), ...quarantine.list()];
  const hashes = new Set(known.map(({ hash }) => hash).filter((hash) => hash.startsWith(`sha256:${start}`)));
  const [hash] = hashes;
  if (hash === undefined || hashes.size > 1 || !/^[0-9a-f]{6,64}$/.test(start)) {
    throw new RevisionNotFoundError(
      `expected a date, an instant, ID, ID@DATE or the beginning of one hash of kbgap catalog history, got "${text}" (${hashes.size} found)`,
    );
  }
  return revision(await readOne(history.findFile(hash) ?? { path: quarantine.fileOf(hash), sizeBytes: 0 }, hash));
}

async function readOne(file: DocumentFile | undefined, hash: string): Promise<AdvisoryDocument> {
  const { documents, refused } = await readDocuments(file === undefined ? [] : [file], { documentFolder: null });
  const document = documents[0]?.document;
  if (document === undefined) {
    throw new RevisionNotFoundError(`the revision ${hash} cannot be read: ${refused[0]?.reason ?? 'it is not kept'}`);
  }
  return document;
}

function revision(document: AdvisoryDocument): DocumentState {
  const { id, currentReleaseAt } = document;
  return { name: `${id}, revised ${currentReleaseAt}`, id, documents: [document] };
}
