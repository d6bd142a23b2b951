/** Whether control characters that no text has stand in its head again and again. */
export function isNoText(text: string): boolean {
  const head = text.slice(0, 4096);
  // oxlint-disable-next-line no-control-regex
  const controls = head.match(/[\u0000-\u0008\u000e-\u001a\u001c-\u001f\u007f]/g)?.length ?? 0;
  return controls > 3 && controls > head.length / 100;
}
