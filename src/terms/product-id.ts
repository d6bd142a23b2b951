import { TermFormatError } from './term-format-error.ts';

declare const productId: unique symbol;

/** MSRC's product id: `12243`, or `12079-12243` for component 12079 on platform 12243. Rarely letters (`azl3-…`). */
export type ProductId = string & { readonly [productId]: true };

const pattern = /^\s*(\d{1,9})(?:-(\d{1,9}))?\s*$/;

/** `undefined` for anything but one or two numbers. */
export function tryParseProductId(text: string): ProductId | undefined {
  const match = pattern.exec(text);
  if (match === null) return undefined;
  return (match[2] === undefined ? match[1] : `${match[1]}-${match[2]}`) as ProductId;
}

/** @throws {TermFormatError} where `text` is no product id. */
export function parseProductId(text: string): ProductId {
  const id = tryParseProductId(text);
  if (id === undefined) throw new TermFormatError('a product id such as 12243 or 12079-12243', text);
  return id;
}

/** The platform of a component's id: `12243` of `12079-12243`; `undefined` for a product that stands alone. */
export function platformOf(id: ProductId): ProductId | undefined {
  const dash = id.indexOf('-');
  return dash === -1 ? undefined : (id.slice(dash + 1) as ProductId);
}
