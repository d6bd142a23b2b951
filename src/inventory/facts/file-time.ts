/**
 * Windows' file time, 16 hex digits such as `01d4c1b3a0b5c800`: units of 100 ns since 1601, as older systems write the day of an
 * installation. UTC, ISO 8601; `undefined` for anything else.
 */
export function parseFileTime(text: string): string | undefined {
  if (!/^(?:0x)?0[0-9a-f]{15}$/i.test(text.trim())) return undefined;
  const units = BigInt(`0x${text.trim().slice(-16)}`);
  const time = Number(units / 10_000n) - 11_644_473_600_000;
  return time < Date.UTC(1995, 0, 1) || time >= Date.UTC(2100, 0, 1) ? undefined : new Date(time).toISOString();
}
