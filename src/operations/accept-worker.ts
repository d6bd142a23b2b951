import { loadCorrections } from '../catalogue/corrections.ts';
import { acceptQuarantined } from './accept-quarantined.ts';
import type { AcceptedDocument, AcceptOrder } from './catalogue-decisions.ts';
import { CatalogueFolder } from './catalogue-folder.ts';
import { answerFromThread } from './run-in-thread.ts';

await answerFromThread<AcceptOrder, AcceptedDocument>(async ({ dataFolder, id }) => {
  const folder = new CatalogueFolder(dataFolder, loadCorrections());
  const { document, catalogueId = null } = await acceptQuarantined(folder, id, new Date());
  return { id: document.id, hash: document.hash, kind: document.kind, catalogueId };
});
