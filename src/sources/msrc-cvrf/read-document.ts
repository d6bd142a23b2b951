import { hash as hashOf } from 'node:crypto';
import { DocumentError } from '../document-error.ts';
import { largestDocumentBytes } from '../limits.ts';
import { convert } from './convert.ts';
import type { ConvertedDocument } from './convert.ts';
import { decodeText } from './decode-text.ts';
import { readJson } from './read-json.ts';
import { readXml } from './read-xml.ts';

/**
 * One CVRF document, XML or the API's JSON, from its uncompressed bytes.
 * @throws {DocumentError} where it is truncated, of another kind, or lacks what makes it a document.
 */
export function readDocument(source: string, bytes: Uint8Array): ConvertedDocument {
  try {
    if (bytes.length > largestDocumentBytes)
      throw new Error(`expected a document of at most ${largestDocumentBytes} bytes, got ${bytes.length}`);
    const wire = isJson(bytes) ? readJson(decodeText(bytes)) : readXml(bytes);
    return convert(wire, `sha256:${hashOf('sha256', bytes)}`);
  } catch (error) {
    throw new DocumentError(source, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

/** Whether the first character of the text is a `{`. */
function isJson(bytes: Uint8Array): boolean {
  const start = bytes.subarray(0, 1000);
  const isWide = (start[0] === 0xff && start[1] === 0xfe) || (start[0] === 0xfe && start[1] === 0xff);
  const text = new TextDecoder(isWide && start[0] === 0xfe ? 'utf-16be' : isWide ? 'utf-16le' : 'utf-8').decode(start);
  return /^\s*\{/.test(text);
}
