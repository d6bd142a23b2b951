import { loadCorrections } from '../../catalogue/corrections.ts';
import { acceptQuarantined } from '../../operations/accept-quarantined.ts';
import { localOperator } from '../../operations/audit.ts';
import { CatalogueFolder } from '../../operations/catalogue-folder.ts';
import { Quarantine } from '../../operations/quarantine.ts';
import type { QuarantinedDocument } from '../../operations/quarantine.ts';
import type { CommonAct } from '../../operations/record-act.ts';
import { dataFolderOf } from '../compose.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print } from '../output.ts';
import { record } from '../record.ts';

/** `kbgap catalog quarantine list`: documents that were not believed, and why. */
export async function runQuarantineList(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const documents = new Quarantine(folderOf(options).path).list();
  if (options.json === true) print(JSON.stringify({ documents }, null, 2));
  else if (documents.length === 0) print('nothing is in quarantine');
  else for (const document of documents) print(textOf(document));
  return exitCodes.clean;
}

/** `kbgap catalog quarantine accept ID`: into the catalogue, whatever speaks against it. */
export async function runQuarantineAccept([id = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const { document, catalogueId = null } = await acceptQuarantined(folderOf(options), id, new Date());
  await record(options, actOn(document, 'quarantine.accepted'));
  if (options.json === true) print(JSON.stringify({ id: document.id, hash: document.hash, catalogueId }));
  else if (options.quiet !== true) print(`${document.id} accepted\ncatalogue ${catalogueId}`);
  return exitCodes.clean;
}

/** `kbgap catalog quarantine drop ID`: discarded; the same bytes are passed over from now on. */
export async function runQuarantineDrop([id = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const document = new Quarantine(folderOf(options).path).drop(id);
  await record(options, actOn(document, 'quarantine.dropped'));
  if (options.json === true) print(JSON.stringify({ id: document.id, hash: document.hash }));
  else if (options.quiet !== true) print(`${document.id} discarded`);
  return exitCodes.clean;
}

function actOn(
  { id, hash, kind }: QuarantinedDocument,
  action: 'quarantine.accepted' | 'quarantine.dropped',
): CommonAct {
  return { by: localOperator, action, subject: id, detail: { hash, kind } };
}

function folderOf(options: CommonOptions): CatalogueFolder {
  return new CatalogueFolder(dataFolderOf(options), loadCorrections());
}

function textOf({ id, kind, reason, hash, held, source, quarantinedAt }: QuarantinedDocument): string {
  const stays =
    held === null
      ? 'no other revision is held'
      : `in force stays the revision of ${held.currentReleaseAt} (${held.vulnerabilities} vulnerabilities, ${held.kbs} KBs)`;
  return `${id}  ${kind}: ${reason}\n  ${stays}\n  from ${source} at ${quarantinedAt}, ${hash}`;
}
