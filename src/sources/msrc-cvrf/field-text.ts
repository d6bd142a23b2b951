/** For a message: what came, in quotes and cut. */
export function shown(text: string): string {
  return JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);
}

/** Blanks of every kind to one space; zero-width characters occur inside builds and go. */
export function collapse(text: string): string {
  return /^[\x21-\x7e]*$/.test(text)
    ? text
    : text
        .replace(/[\u200b-\u200d\u2060\ufeff]/g, '')
        .replace(/\s+/g, ' ')
        .trim();
}
