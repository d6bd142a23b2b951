import { findAnomalies } from '../../assessment/anomalies.ts';
import type { Anomaly } from '../../assessment/anomalies/anomaly.ts';
import { loadCorrections } from '../../catalogue/corrections.ts';
import { formatKb } from '../../terms/kb-number.ts';
import { catalogueFor, dataFolderOf } from '../compose.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print } from '../output.ts';

export interface AnomaliesOptions extends CommonOptions {
  readonly markdown?: boolean;
}

/** `kbgap catalog anomalies`: errors found in the published data, by month, newest first. */
export async function runCatalogAnomalies(_: readonly string[], options: AnomaliesOptions): Promise<ExitCode> {
  const { catalogue } = await catalogueFor({ data: dataFolderOf(options) });
  const anomalies = findAnomalies(catalogue, loadCorrections().entries);
  if (options.json === true) {
    print(JSON.stringify({ catalogueId: catalogue.id, count: anomalies.length, anomalies }, null, 2));
    return exitCodes.clean;
  }
  const write = options.markdown === true ? markdownOf : textOf;
  print(write(anomalies).join('\n'));
  return exitCodes.clean;
}

function textOf(anomalies: readonly Anomaly[]): readonly string[] {
  return byMonth(anomalies).flatMap(([month, list]) => [
    month,
    ...list.map(({ kind, kb, detail, products }) => {
      const who = products.length === 0 ? '' : ` (${productsText(products)})`;
      return `  ${kind}${kb === null || detail.includes(kb) ? '' : ` ${formatKb(kb)}`}: ${detail}${who}`;
    }),
  ]);
}

function markdownOf(anomalies: readonly Anomaly[]): readonly string[] {
  const cell = (text: string): string => text.replaceAll('|', '\\|');
  return byMonth(anomalies).flatMap(([month, list]) => [
    `## ${month}`,
    '',
    '| what | update | published | products |',
    '| --- | --- | --- | --- |',
    ...list.map(
      ({ kind, kb, detail, products }) =>
        `| ${kind} | ${kb === null ? '' : formatKb(kb)} | ${cell(detail)} | ${cell(products.join(', '))} |`,
    ),
    '',
  ]);
}

/** Two names, and how many more. */
function productsText(products: readonly string[]): string {
  const more = products.length > 2 ? ` and ${products.length - 2} more` : '';
  return products.slice(0, 2).join(', ') + more;
}

function byMonth(anomalies: readonly Anomaly[]): readonly (readonly [string, readonly Anomaly[]])[] {
  const months = new Map<string, Anomaly[]>();
  for (const each of anomalies) {
    const list = months.get(each.releaseId);
    if (list === undefined) months.set(each.releaseId, [each]);
    else list.push(each);
  }
  return [...months];
}
