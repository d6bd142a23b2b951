import { loadCorrections } from '../../catalogue/corrections.ts';
import { CatalogueFolder } from '../../operations/catalogue-folder.ts';
import { listRevisions } from '../../operations/list-revisions.ts';
import { dataFolderOf } from '../compose.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print } from '../output.ts';

/** `kbgap catalog history [ID]`: every revision that was seen, by document and date. */
export async function runCatalogHistory([id]: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const folder = new CatalogueFolder(dataFolderOf(options), loadCorrections());
  const revisions = await listRevisions(folder, id);
  if (options.json === true) print(JSON.stringify({ revisions }, null, 2));
  else if (revisions.length === 0) print('no document has been seen');
  for (const { id: of, revisedAt, seenOn, seenAt, counts, hash, inForce } of options.json === true ? [] : revisions) {
    const says = counts === null ? 'not kept' : `${counts.vulnerabilities} vulnerabilities, ${counts.kbRows} KB rows`;
    print(
      `${of}  revised ${revisedAt}  seen ${seenAt ?? seenOn}  ${says}  ${hash.slice(0, 23)}${inForce ? '  in force' : ''}`,
    );
  }
  return exitCodes.clean;
}
