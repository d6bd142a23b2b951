/**
 * Under which a device's name is looked up: computer names know no case. Lower case of every letter (`MÜLLER` is
 * `müller`), composed, so that two spellings of one text are one name.
 */
export function nameKey(name: string): string {
  return name.normalize('NFC').toLowerCase();
}
