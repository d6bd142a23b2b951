/** A name of somebody else's archive or folder as it may be shown: on a terminal, in a log, in a table. */
const longestLabel = 300;

export function entryLabel(name: string): string {
  const shown = name.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?');
  return shown.length <= longestLabel ? shown : `${shown.slice(0, longestLabel)}…`;
}
