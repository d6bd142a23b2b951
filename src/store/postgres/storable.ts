/** PostgreSQL's texts hold no zero character: it is kept, and looked for, as U+FFFD. */
export function storable(text: string): string {
  return text.includes('\0') ? text.replaceAll('\0', '\ufffd') : text;
}

export function storableOrNull(text: string | null): string | null {
  return text === null ? null : storable(text);
}
