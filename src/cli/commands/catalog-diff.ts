import { loadCorrections } from '../../catalogue/corrections.ts';
import { CatalogueFolder } from '../../operations/catalogue-folder.ts';
import { openFolderStore } from '../../operations/count-changed-verdicts.ts';
import { diffCatalogue } from '../../operations/diff-catalogue.ts';
import type { CatalogueDiff } from '../../operations/diff-catalogue.ts';
import { formatKb } from '../../terms/kb-number.ts';
import { dataFolderOf } from '../compose.ts';
import { readConfig } from '../config.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { openSharedStore } from '../open-store.ts';
import { print } from '../output.ts';

/** `kbgap catalog diff A B`: what a revision changed, and how many devices are judged otherwise. */
export async function runCatalogDiff([a = '', b = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const dataFolder = dataFolderOf(options);
  const folder = new CatalogueFolder(dataFolder, loadCorrections());
  const store = (await openSharedStore(readConfig(), { keepsTrying: false })) ?? openFolderStore(dataFolder);
  const diff = await diffCatalogue(folder, { a, b, store }).finally(() => store?.close());
  if (options.json === true) print(JSON.stringify(diff, null, 2));
  else for (const line of textOf(diff)) print(line);
  return exitCodes.clean;
}

function textOf({ before, after, kbs, vulnerabilities, remapped, verdicts }: CatalogueDiff): readonly string[] {
  const lists: readonly [title: string, items: readonly string[]][] = [
    ['KBs added', kbs.added.map(formatKb)],
    ['KBs withdrawn', kbs.withdrawn.map(formatKb)],
    ['vulnerabilities added', vulnerabilities.added],
    ['vulnerabilities withdrawn', vulnerabilities.withdrawn],
  ];
  const moved = remapped.map((each) => {
    const [from, to] = [each.before.map(formatKb).join(', '), each.after.map(formatKb).join(', ')];
    return `re-mapped: ${each.vulnerability} from ${from} to ${to} (${productsText(each.products)})`;
  });
  const lines = [
    ...lists
      .filter(([, items]) => items.length > 0)
      .map(([title, items]) => `${title} (${items.length}): ${items.join(', ')}`),
    ...moved,
  ];
  return [
    `from ${before}\nto   ${after}`,
    ...(lines.length === 0 ? ['the same KBs fix the same vulnerabilities on the same products'] : lines),
    `${verdicts.devicesChanged} of ${verdicts.devices} devices are judged otherwise (${verdicts.patchStatesChanged} of ${verdicts.patchStates} patch states)`,
    ...verdicts.kbs.map(
      (each) => `  ${formatKb(each.kb)}: missing on ${each.before} devices before, on ${each.after} after`,
    ),
  ];
}

/** Two names, and how many more. */
function productsText(products: readonly string[]): string {
  return products.slice(0, 2).join(', ') + (products.length > 2 ? ` and ${products.length - 2} more` : '');
}
