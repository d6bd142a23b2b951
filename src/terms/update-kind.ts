import { TermFormatError } from './term-format-error.ts';

/** What sort of package an update is; decided from MSRC's SubType and the products it is for. */
export const updateKinds = [
  'lcu',
  'ssu',
  'hotpatch',
  'monthly-rollup',
  'security-only',
  'ie-cumulative',
  'flash',
  'side-package',
  'security-update',
  'other',
] as const;

/**
 * `lcu`: monthly cumulative update of Windows 10 and later. `side-package`: of such a Windows, but neither LCU, hotpatch
 * nor servicing stack (Secure Boot list, recovery image). `security-update`: an ordinary update of any other product.
 */
export type UpdateKind = (typeof updateKinds)[number];

/** `undefined` where `text` names no kind; case and surrounding blanks do not matter. */
export function tryParseUpdateKind(text: string): UpdateKind | undefined {
  const wanted = text.trim().toLowerCase();
  return updateKinds.find((kind) => kind === wanted);
}

/** @throws {TermFormatError} where `text` names no kind. */
export function parseUpdateKind(text: string): UpdateKind {
  const kind = tryParseUpdateKind(text);
  if (kind === undefined) throw new TermFormatError(`an update kind out of ${updateKinds.join(', ')}`, text);
  return kind;
}
