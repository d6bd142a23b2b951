import { say } from './output.ts';

/** A bundle judges by these months' facts as by any other's, but cannot say what was known of them on a day of the past. */
export function tellWithoutDocument(file: string, ids: readonly string[]): void {
  if (ids.length === 0) return;
  const documents = ids.length === 1 ? '1 document' : `${ids.length} documents`;
  say(
    `warning: ${file}: the catalogue has the facts of ${documents} that the exporter never had, and the bundle goes without: ` +
      ids.join(', '),
  );
}
