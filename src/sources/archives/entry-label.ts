const longestLabel = 300;

/** A name of somebody else's archive as it may be shown: on a terminal, in a log, in a table. `./` ahead says nothing. */
export function entryLabel(name: string): string {
  const shown = harmlessText(name.replace(/^(?:\.\/)+/, ''));
  return shown.length <= longestLabel ? shown : `${shown.slice(0, longestLabel)}…`;
}

/** Text without what a terminal would obey, or what turns its direction. */
export function harmlessText(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/gu, '?');
}
