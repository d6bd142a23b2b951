import { packColumns, unpackColumns } from '../pack-columns.ts';
import { replaceWhole } from '../source.ts';
import type { FeedSource } from '../source.ts';
import type { EpssData } from './data.ts';
import { readEpss } from './read.ts';

/**
 * FIRST's Exploit Prediction Scoring System: the daily file of all scores. Free to use, attribution asked.
 * Source of the format: first.org/epss, "Data": a gzip CSV, first line `#model_version:…,score_date:…`.
 */
export const epss: FeedSource<EpssData> = {
  name: 'epss',
  title: 'FIRST EPSS',
  urls: ['https://epss.empiricalsecurity.com/epss_scores-current.csv.gz'],
  checkEveryHours: 12,
  recognises: (head) => /^#\s*model_version:/i.test(head.trimStart()) || /^cve,epss,percentile/i.test(head.trimStart()),
  read: readEpss,
  combine: replaceWhole,
  count: ({ keys }) => keys.length,
  pack: ({ keys, scores, percentiles }) => packColumns([keys, scores, percentiles]),
  unpack(bytes) {
    const [keys, scores, percentiles] = unpackColumns(bytes, 3);
    if (keys === undefined || scores === undefined || percentiles === undefined) throw new Error('expected 3 columns');
    if (scores.length !== keys.length || percentiles.length !== keys.length)
      throw new Error(`expected 3 columns of ${keys.length} values, got ${scores.length} and ${percentiles.length}`);
    return { keys, scores, percentiles };
  },
};
