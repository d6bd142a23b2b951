/** SQLITE_CORRUPT and SQLITE_NOTADB, without their extended part. Source: sqlite.org, "Result and Error Codes". */
const damageCodes = new Set([11, 26]);

/** What SQLite says of a damaged file, where that is what made an operation fail, however it was wrapped since. */
export function damageOf(error: unknown): string | undefined {
  for (let at = error, depth = 0; at instanceof Error && depth < 10; at = at.cause, depth += 1) {
    if ('errcode' in at && typeof at.errcode === 'number' && damageCodes.has(at.errcode & 0xff)) return at.message;
  }
  return undefined;
}
