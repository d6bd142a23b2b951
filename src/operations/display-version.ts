/**
 * Version of Windows as people name it, from a published product's name: `1909`, `22H2`; of the first release of
 * Windows 10 and 11, whose names carry none, `1507` and `21H2`; `null` for a product that has none (Server 2019).
 */
export function displayVersionOf(productName: string): string | null {
  const written = /\bversion (\d{4}|\d\dH[12])\b/i.exec(productName) ?? /\b(\d\dH[12])\b/i.exec(productName);
  if (written?.[1] !== undefined) return written[1].toUpperCase();
  if (/^Windows 10 for /i.test(productName)) return '1507';
  if (/^Windows 11 for /i.test(productName)) return '21H2';
  return null;
}
