/** What a spreadsheet would run as a formula gets a leading apostrophe; Japanese ones take wide signs for it too. */
export function safeText(text: string): string {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text) && !/^-?\d+$/.test(text) ? `'${text}` : text;
}

/** Quoted where needed, and harmless. */
export function csvCell(value: string | number | null): string {
  const safe = safeText(value === null ? '' : String(value));
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
