import { listDisagreements } from '../../operations/second-opinions.ts';
import type { Disagreement } from '../../operations/second-opinions.ts';
import { catalogueFor, dataFolderOf, factsFor } from '../compose.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';

/** `kbgap catalog opinions`: where the held answers of MSRC's other interfaces say otherwise than the catalogue. */
export async function runCatalogOpinions(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const data = dataFolderOf(options);
  const { catalogue } = await catalogueFor({ data });
  const { feeds } = await factsFor(catalogue, { data }, say);
  const held = (['msrc-sug', 'csaf'] as const).filter((name) => feeds.find(name) !== undefined);
  const disagreements = listDisagreements(catalogue, feeds);
  if (options.json === true) print(JSON.stringify({ held, disagreements }, null, 2));
  else {
    for (const each of disagreements) print(lineOf(each));
    if (options.quiet !== true)
      say(
        held.length === 0
          ? 'no second opinion is held'
          : `${disagreements.length} disagreements with ${held.join(', ')}`,
      );
  }
  return exitCodes.clean;
}

function lineOf({ source, date, cve, product, kb, field, catalogue, opinion }: Disagreement): string {
  const about = [cve, kb === null ? null : `KB${kb}`, product]
    .filter((part) => part !== null && part !== '')
    .join(', ');
  return `${source} of ${date}: ${about}: ${field}: catalogue ${catalogue ?? 'nothing'}, ${source} ${opinion ?? 'nothing'}`;
}
