import { compressionOf, decompress, decompressHead, decompressPieces } from '../../sources/archives/compression.ts';
import type { Compression } from '../../sources/archives/compression.ts';
import { entryLabel } from '../../sources/archives/entry-label.ts';
import { isTar, tarEntries } from '../../sources/archives/tar-entries.ts';
import { TooLargeError } from '../../sources/archives/too-large-error.ts';
import { isZip, zipEntries } from '../../sources/archives/zip-entries.ts';
import type { ZipEntry } from '../../sources/archives/zip-entries.ts';
import { isHiddenName } from './hidden-name.ts';
import { foreignPackingOf, isOfficeDocument } from './packing.ts';
import { ReportFileError } from './report-file-error.ts';
import { reportLimits } from './report-limits.ts';
import type { ReportLimits } from './report-limits.ts';
import { UnpackingBudget } from './unpacking-budget.ts';
import type { Depth } from './unpacking-budget.ts';

/** A report's bytes and where they stood: a path, `-`, or `archive.zip!/path/in/it`. */
export interface RawReport {
  readonly source: string;
  readonly bytes: Uint8Array;
}

/** Reports, and errors for those that cannot be had. */
type Unpacked = AsyncGenerator<RawReport | ReportFileError>;

/** Whether bytes are to be unpacked before a report can be read from them. */
export function isPacked(bytes: Uint8Array): boolean {
  return compressionOf(bytes) !== undefined || isZip(bytes) || foreignPackingOf(bytes) !== undefined || isTar(bytes);
}

/**
 * The reports in a file's bytes: the bytes themselves, or what gzip, zstd, zip and tar hold, in one another too, told by content.
 * One by one: of an archive only one member is in memory. A member that cannot be opened is an error of its own and the others go
 * on; names are only labels. Office documents are zips and yet one report.
 */
export async function* unpackReports(report: RawReport, limits: ReportLimits = reportLimits): Unpacked {
  try {
    yield* unpack(report, { archives: 0, packings: 0 }, new UnpackingBudget(limits, report.bytes.length));
  } catch (error) {
    if (!(error instanceof ReportFileError)) throw error;
    yield error;
  }
}

/** @throws {ReportFileError} where the file or archive that the report is in is to be left. */
async function* unpack(report: RawReport, depth: Depth, budget: UnpackingBudget): Unpacked {
  const { source, bytes } = report;
  const foreign = foreignPackingOf(bytes);
  const compression = compressionOf(bytes);
  if (foreign !== undefined)
    yield new ReportFileError(
      source,
      'archive-unsupported',
      `expected a report or a gzip, zstd, zip or tar file, got ${foreign}: unpack it first`,
    );
  else if (compression !== undefined) yield* unpackCompressed(report, compression, { depth, budget });
  else if (isTar(bytes)) yield* unpackTar(source, [bytes], { depth, budget });
  else if (isZip(bytes) && !(await isOfficeDocument(bytes))) yield* unpackZip(report, { depth, budget });
  else yield report;
}

interface Place {
  readonly depth: Depth;
  readonly budget: UnpackingBudget;
}

async function* unpackCompressed(
  { source, bytes }: RawReport,
  compression: Compression,
  { depth, budget }: Place,
): Unpacked {
  const inside = { ...depth, packings: depth.packings + 1 };
  budget.refuseDepth(source, inside);
  if (isTar(decompressHead(bytes, compression))) {
    yield* unpackTar(source, countedPieces({ source, bytes }, compression, budget), { depth: inside, budget });
    return;
  }
  const largest = budget.largestFor(bytes.length);
  let content: Buffer;
  try {
    content = decompress(bytes, compression, largest);
  } catch (error) {
    const isTooLarge = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE';
    yield isTooLarge
      ? new ReportFileError(
          source,
          'file-too-large',
          `expected ${bytes.length} bytes that unpack to at most ${largest}, got more`,
        )
      : new ReportFileError(source, 'archive-damaged', `expected a whole ${compression} file: ${messageOf(error)}`);
    return;
  }
  budget.countBytes(source, content.length);
  yield* unpack({ source, bytes: content }, inside, budget);
}

async function* countedPieces(
  { source, bytes }: RawReport,
  compression: Compression,
  budget: UnpackingBudget,
): AsyncGenerator<Buffer> {
  let total = 0;
  for await (const piece of decompressPieces(bytes, compression)) {
    total += piece.length;
    const tooLarge = budget.ratioError(source, total, bytes.length);
    if (tooLarge !== undefined) throw tooLarge;
    budget.countBytes(source, piece.length);
    yield piece;
  }
}

async function* unpackTar(
  source: string,
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { depth, budget }: Place,
): Unpacked {
  const inside = intoArchive(source, { depth, budget });
  const wanted = (name: string, sizeBytes: number): boolean =>
    !isHiddenName(name) && budget.sizeError(name, sizeBytes) === undefined;
  try {
    for await (const { name, sizeBytes, content } of tarEntries(pieces, { wanted })) {
      budget.countEntry(source);
      if (isHiddenName(name)) continue;
      const member = `${source}!/${entryLabel(name)}`;
      const tooLarge = budget.sizeError(member, sizeBytes);
      if (tooLarge !== undefined) yield tooLarge;
      else if (content !== undefined) yield* unpackMember({ source: member, bytes: content }, inside, budget);
    }
  } catch (error) {
    throw archiveError(source, error);
  }
}

async function* unpackZip({ source, bytes }: RawReport, { depth, budget }: Place): Unpacked {
  const inside = intoArchive(source, { depth, budget });
  const { mostEntries } = budget.limits;
  const archive = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    for await (const entry of zipEntries(archive, { mostEntries, areNamesLabels: true })) {
      budget.countEntry(source);
      if (isHiddenName(entry.name)) continue;
      const member = `${source}!/${entryLabel(entry.name)}`;
      const content = await readZipEntry(member, entry, budget);
      if (content instanceof ReportFileError) yield content;
      else yield* unpackMember({ source: member, bytes: content }, inside, budget);
    }
  } catch (error) {
    throw archiveError(source, error);
  }
}

async function readZipEntry(
  member: string,
  entry: ZipEntry,
  budget: UnpackingBudget,
): Promise<Buffer | ReportFileError> {
  if (entry.isEncrypted)
    return new ReportFileError(member, 'archive-encrypted', 'is encrypted: unpack it with its password first');
  if (entry.method !== 0 && entry.method !== 8)
    return new ReportFileError(
      member,
      'archive-unsupported',
      `expected a member that is stored or deflated, got compression method ${entry.method}`,
    );
  const tooLarge = budget.sizeError(member, entry.sizeBytes, entry.packedBytes);
  if (tooLarge !== undefined) return tooLarge;
  budget.countBytes(member, entry.sizeBytes);
  try {
    return await entry.read();
  } catch (error) {
    return new ReportFileError(member, 'archive-damaged', `cannot be unpacked: ${messageOf(error)}`);
  }
}

/** An archive inside is one more member: what is wrong with it costs it alone, unless a limit of the whole is reached. */
async function* unpackMember(report: RawReport, depth: Depth, budget: UnpackingBudget): Unpacked {
  try {
    yield* unpack(report, depth, budget);
  } catch (error) {
    if (!(error instanceof ReportFileError) || error.code === 'archive-too-large') throw error;
    yield error;
  }
}

/** @throws {ReportFileError} where it is one too many. */
function intoArchive(source: string, { depth, budget }: Place): Depth {
  const inside = { archives: depth.archives + 1, packings: depth.packings + 1 };
  budget.refuseDepth(source, inside);
  return inside;
}

function archiveError(source: string, error: unknown): unknown {
  if (error instanceof ReportFileError || !(error instanceof Error)) return error;
  const code = error instanceof TooLargeError ? 'archive-too-large' : 'archive-damaged';
  return new ReportFileError(source, code, error.message, { cause: error });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
