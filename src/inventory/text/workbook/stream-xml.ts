import { createRequire } from 'node:module';
import { InventoryFormatError } from '../../readers/inventory-format-error.ts';

const require = createRequire(import.meta.url);

/** What is told of the elements of a part, their names without prefix. */
export interface PartHandler {
  open?(name: string, attributes: Readonly<Record<string, string>>): void;
  /** `text`: all that stands directly inside. */
  close?(name: string, text: string): void;
}

const deepest = 50;
const longestText = 1_000_000;

/** Reads a part of a workbook without keeping it. @throws {InventoryFormatError} where it is not well-formed. */
export function streamXml(source: string, text: string, handler: PartHandler): void {
  const { SaxesParser } = require('saxes') as typeof import('saxes');
  const parser = new SaxesParser({ xmlns: false });
  const texts: string[] = [];
  const refuse = (received: string): never => {
    throw new InventoryFormatError(source, 'a workbook whose parts are well-formed XML', received);
  };
  parser.on('error', ({ message }) => refuse(message));
  parser.on('doctype', () => refuse('a document type'));
  parser.on('opentag', ({ name, attributes }) => {
    if (texts.length >= deepest) refuse(`elements deeper than ${deepest}`);
    texts.push('');
    handler.open?.(name.slice(name.indexOf(':') + 1), attributes);
  });
  const addText = (piece: string): void => {
    const last = texts.length - 1;
    const before = texts[last];
    if (before !== undefined && before.length < longestText) texts[last] = before + piece;
  };
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', ({ name }) => handler.close?.(name.slice(name.indexOf(':') + 1), texts.pop() ?? ''));
  parser.write(text.replace(/^\ufeff/, '')).close();
}
