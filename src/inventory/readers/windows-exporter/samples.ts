import { findRecords } from '../../text/find-records.ts';
import { isRecord, listField, recordField, textOf } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';

/** One value of one time series. */
export interface Sample {
  /** Without the exporter's prefix: `os_info`; `undefined` where a query took the name away. */
  readonly metric: string | undefined;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
  /** Seconds or milliseconds since 1970; `undefined` in a plain scrape. */
  readonly at: number | undefined;
}

/** Before 0.13 the exporter was wmi_exporter, and its metrics had that prefix. */
const prefix = /^(?:windows|wmi)_/;

const line = /^((?:windows|wmi)_[a-z0-9_]{1,100})(?:\{(.*)\})?[ \t]+(\S{1,40})(?:[ \t]+(-?[\d.]{1,20}))?[ \t]*$/;
const label = /([a-zA-Z_]\w{0,100})\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?\s*/g;

/** Samples of the exporter in Prometheus' text format or in OpenMetrics, of the metrics that `wanted` accepts. */
export function* samplesInText(text: string, wanted: (metric: string) => boolean): Generator<Sample> {
  // Line by line without a list of them all: a scrape of many hosts is long.
  for (let from = 0; from < text.length;) {
    const end = text.indexOf('\n', from);
    const row = text.slice(from, end === -1 ? text.length : end).trimEnd();
    from = end === -1 ? text.length : end + 1;
    if (row.length > 20_000 || !prefix.test(row)) continue;
    const metric = /^\w+/.exec(row)?.[0].replace(prefix, '') ?? '';
    if (!wanted(metric)) continue;
    const found = line.exec(row);
    if (found === null) continue;
    const [, , labels = '', value, at] = found;
    yield { metric, labels: labelsOf(labels), value: Number(value), at: at === undefined ? undefined : Number(at) };
  }
}

function labelsOf(text: string): ReadonlyMap<string, string> {
  return new Map(Array.from(text.matchAll(label), ([, name = '', value = '']) => [name, unescaped(value)]));
}

function unescaped(value: string): string {
  return value.replace(/\\(.)/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}

/**
 * Samples in answers of Prometheus: `/api/v1/query` (vector), `/query_range` (matrix), `/series`, and what VictoriaMetrics
 * exports line by line (`values` with `timestamps`).
 */
export function samplesInJson(values: readonly unknown[], most?: number): readonly Sample[] {
  return Array.from(findRecords(values, isSeries, most), (series) => {
    const metric = recordField(series, 'metric') ?? series;
    const labels = new Map(
      Object.entries(metric).flatMap(([name, value]): [string, string][] => {
        const text = textOf(value);
        return text === undefined ? [] : [[name, text]];
      }),
    );
    return { ...lastOf(series), labels, metric: labels.get('__name__')?.replace(prefix, '') };
  });
}

/** An object with a metric's labels, or a series that is named by its labels. */
function isSeries(record: JsonRecord): boolean {
  const metric = recordField(record, 'metric');
  if (metric !== undefined) return isOfExporter(metric);
  return Object.hasOwn(record, '__name__') && isOfExporter(record);
}

function isOfExporter(labels: JsonRecord): boolean {
  const name = textOf(labels['__name__']);
  if (name !== undefined) return prefix.test(name);
  return (
    Object.hasOwn(labels, 'product') && (Object.hasOwn(labels, 'version') || Object.hasOwn(labels, 'build_number'))
  );
}

/** The newest value: `value: [time, "1"]`, `values: [[time, "1"], …]`, or values and timestamps beside each other. */
function lastOf(series: JsonRecord): Pick<Sample, 'value' | 'at'> {
  const pair = listField(series, 'value').length === 2 ? series['value'] : listField(series, 'values').at(-1);
  if (Array.isArray(pair)) return { at: numberOf(pair[0]), value: numberOf(pair[1]) ?? 1 };
  return { at: numberOf(listField(series, 'timestamps').at(-1)), value: numberOf(isRecord(pair) ? 1 : pair) ?? 1 };
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'string' || typeof value === 'number' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? number : undefined;
}
