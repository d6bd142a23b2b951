import { catalogueRange } from '../../assessment/catalogue-range.ts';
import { ageDays, catalogueLine, isStale } from '../catalogue-age.ts';
import { catalogueFor, dataFolderOf } from '../compose.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print } from '../output.ts';

/** `kbgap catalog info`: what is held and how old it is. */
export async function runCatalogInfo(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const { catalogue, starter } = await catalogueFor({ data: dataFolderOf(options) });
  const now = new Date();
  const { first, newest, missingMonths } = catalogueRange(catalogue);
  const count = (key: 'vulnerabilities' | 'vendorFixRows' | 'kbRows' | 'setAside'): number =>
    catalogue.documents.reduce((total, { counts }) => total + counts[key], 0);
  const info = {
    ...catalogue.summary,
    starter,
    ageDays: ageDays(catalogue.reach, now),
    stale: isStale(catalogue.reach, now),
    documents: catalogue.documents.length,
    completeDocuments: catalogue.completeDocuments.length,
    firstRelease: first,
    newestReleasedOn: newest,
    missingMonths,
    vulnerabilities: count('vulnerabilities'),
    vendorFixRows: count('vendorFixRows'),
    kbRows: count('kbRows'),
    kbs: catalogue.kbs.length,
    setAside: count('setAside'),
  };
  if (options.json === true) print(JSON.stringify(info, null, 2));
  else {
    print(catalogueLine(catalogue.reach, starter, now));
    print(`${info.id}`);
    print(
      `${info.documents} documents, ${info.completeDocuments} of them with updates for Windows, ${first ?? '-'} to ${newest ?? '-'}`,
    );
    print(
      `${info.vulnerabilities} vulnerabilities, ${info.vendorFixRows} Vendor Fix rows, ${info.kbRows} with a KB, ${info.kbs} KBs, ${info.setAside} records set aside`,
    );
    if (missingMonths.length > 0) print(`missing months: ${missingMonths.join(', ')}`);
  }
  return exitCodes.clean;
}
