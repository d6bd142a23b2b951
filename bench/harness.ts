import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// A figure of one machine says little, a ratio of two programs that ran in turn on it says much: A B A B …, one ratio a
// pair, the median of them. Load from elsewhere hits both halves of a pair alike.

const peakReporter = fileURLToPath(new URL('./report-peak.cjs', import.meta.url));

/** One program to measure, run by the Node that runs the harness. */
export interface Subject {
  readonly name: string;
  /** Arguments of node. */
  readonly args: readonly string[];
  /** Exit codes that mean it did its work. Default: 0. */
  readonly accepted?: readonly number[];
  /** Milliseconds of a run, out of its stdout; without it, wall time from start to end of the process. */
  readonly timeOf?: (stdout: string) => number;
  /** Runs before each run, not measured. */
  readonly prepare?: () => void;
}

export interface Comparison {
  /** Median over pairs of subject ÷ baseline. */
  readonly timeRatio: number;
  readonly lowestTimeRatio: number;
  readonly highestTimeRatio: number;
  /** Milliseconds, medians. */
  readonly subjectTime: number;
  readonly baselineTime: number;
  /** Bytes, medians of separate runs (watching memory costs time). */
  readonly subjectPeak: number;
  readonly baselinePeak: number;
}

/** Runs both once unmeasured, then `pairs` times in turn for time and `memoryRuns` times in turn for memory. */
export function compare(
  subject: Subject,
  baseline: Subject,
  { pairs, memoryRuns }: { readonly pairs: number; readonly memoryRuns: number },
): Comparison {
  timeOf(subject);
  timeOf(baseline);
  const times = Array.from({ length: pairs }, () => [timeOf(subject), timeOf(baseline)] as const);
  const peaks = Array.from({ length: memoryRuns }, () => [peakOf(subject), peakOf(baseline)] as const);
  const ratios = times.map(([ours, theirs]) => ours / theirs);
  return {
    timeRatio: median(ratios),
    lowestTimeRatio: Math.min(...ratios),
    highestTimeRatio: Math.max(...ratios),
    subjectTime: median(times.map(([ours]) => ours)),
    baselineTime: median(times.map(([, theirs]) => theirs)),
    subjectPeak: median(peaks.map(([ours]) => ours)),
    baselinePeak: median(peaks.map(([, theirs]) => theirs)),
  };
}

/** As `compare`, for whatever can be put in a number, e.g. requests a second: medians, and the median of `a` through `b`. */
export async function pairedRatio(
  pairs: number,
  a: () => Promise<number>,
  b: () => Promise<number>,
): Promise<{ readonly a: number; readonly b: number; readonly ratio: number }> {
  const figures: { readonly a: number; readonly b: number }[] = [];
  for (let pair = 0; pair < pairs; pair++) figures.push({ a: await a(), b: await b() });
  return {
    a: median(figures.map((figure) => figure.a)),
    b: median(figures.map((figure) => figure.b)),
    ratio: median(figures.map((figure) => figure.a / figure.b)),
  };
}

/** One row of the table that `npm run bench` prints; a missed target makes the process fail. */
export function report(figure: string, measured: string, target: string, reached: boolean): void {
  process.stdout.write(`| ${figure} | ${measured} | ${target} | ${reached ? 'ok' : 'MISSED'} |\n`);
  if (!reached) process.exitCode = 1;
}

/** A line for people, beside the table. */
export function note(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Processor, its count and Node: what figures have to be read with. */
export function machine(): string {
  const all = cpus();
  return `${all.length} × ${all[0]?.model.trim() ?? 'unknown processor'}, Node ${process.version}, ${process.platform}`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(0)} MB`;
}

function timeOf(subject: Subject): number {
  subject.prepare?.();
  const start = performance.now();
  const stdout = run(subject, []);
  const wall = performance.now() - start;
  return subject.timeOf?.(stdout) ?? wall;
}

function peakOf(subject: Subject): number {
  subject.prepare?.();
  const folder = mkdtempSync(join(tmpdir(), 'kbgap-bench-'));
  try {
    const file = join(folder, 'peak');
    run(subject, ['--require', peakReporter], { KBGAP_BENCH_PEAK: file });
    return Number(readFileSync(file, 'utf8'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run(
  { name, args, accepted = [0] }: Subject,
  nodeOptions: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): string {
  const { status, error, stdout, stderr } = spawnSync(process.execPath, [...nodeOptions, ...args], {
    encoding: 'utf8',
    env: { ...process.env, ...environment },
    maxBuffer: 256 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  if (status === null || !accepted.includes(status)) {
    throw new Error(`${name}: expected exit ${accepted.join(' or ')}, got ${status}: ${stderr.slice(0, 2000)}`);
  }
  return stdout;
}

/** The middle value; the mean of the two middle ones where their number is even; `NaN` without any. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const [low = NaN, high = NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return (low + high) / 2;
}
