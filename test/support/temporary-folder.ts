import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder that is removed when `test` (a `node:test` context, or `{ after }`) ends. */
export function temporaryFolder(test: { after(release: () => void): void }): string {
  const folder = mkdtempSync(join(tmpdir(), 'kbgap-test-'));
  test.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}
