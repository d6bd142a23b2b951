import { hash as hashOf } from 'node:crypto';
import { DocumentError } from '../document-error.ts';
import { convert } from './convert.ts';
import type { ConvertedDocument } from './convert.ts';
import { readJson } from './read-json.ts';
import { readXml } from './read-xml.ts';

/**
 * One CVRF document, XML or the API's JSON, from its uncompressed bytes.
 * @throws {DocumentError} where it is truncated, of another kind, or lacks what makes it a document.
 */
export function readDocument(source: string, bytes: Uint8Array): ConvertedDocument {
  try {
    const text = decode(bytes);
    const wire = /^\s*\{/.test(text.slice(0, 1000)) ? readJson(text) : readXml(text);
    return convert(wire, `sha256:${hashOf('sha256', bytes)}`);
  } catch (error) {
    throw new DocumentError(source, error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function decode(bytes: Uint8Array): string {
  const [first, second] = bytes;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes); // drops a byte-order mark
  } catch (error) {
    throw new Error(`expected ${encoding} text, got bytes that are none`, { cause: error });
  }
}
