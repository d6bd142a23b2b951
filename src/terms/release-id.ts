import { TermFormatError } from './term-format-error.ts';

declare const releaseId: unique symbol;

/**
 * Id of a monthly CVRF document as MSRC spells it: `2024-Jan`, `2018-FEB`, `2017-May-B`, and once `Oct-OOB`.
 * No date can be read from it; the document's own dates say when it is of.
 */
export type ReleaseId = string & { readonly [releaseId]: true };

const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const pattern = new RegExp(`^\\s*(\\d{4}-${month}(?:-[A-Z])?|${month}-OOB)\\s*$`, 'i');

/** `undefined` for anything that is no document id. The publisher's capitals are kept. */
export function tryParseReleaseId(text: string): ReleaseId | undefined {
  return pattern.exec(text)?.[1] as ReleaseId | undefined;
}

/** @throws {TermFormatError} where `text` is no id of a release document. */
export function parseReleaseId(text: string): ReleaseId {
  const id = tryParseReleaseId(text);
  if (id === undefined) throw new TermFormatError('a release id such as 2024-Jan', text);
  return id;
}
