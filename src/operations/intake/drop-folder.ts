import { copyFileSync, existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, extname, join, relative, sep } from 'node:path';
import { writeFileDurably } from '../write-file-durably.ts';
import { isHiddenName } from './hidden-name.ts';
import type { DroppedFile } from './settled-files.ts';

/** Where files go that were dealt with, below the drop folder. */
export type Outbox = 'done' | 'refused';

const outboxes: readonly string[] = ['done', 'refused'] satisfies Outbox[];
const reasonSuffix = '.reason.txt';
/** What browsers, copying programs and editors call a file that is not whole yet. */
const unfinished = /(?:\.(?:tmp|temp|part|partial|filepart|crdownload|download|swp|new)|~)$|^~\$/i;

/** A folder that others put reports into, with `done/` and `refused/` for what was dealt with. */
export class DropFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /**
   * The files that may be reports, the oldest first: of one device the last report stands. Links are not followed: who may write
   * here may not therefore have other files read. @throws {Error} where the folder cannot be read.
   */
  list(): readonly DroppedFile[] {
    const files: DroppedFile[] = [];
    this.#collect(this.path, files);
    return files.sort((a, b) => a.changedMs - b.changedMs || (a.path < b.path ? -1 : 1));
  }

  /** The file as it is now; `undefined` where it is gone. */
  find(path: string): DroppedFile | undefined {
    const info = lstatSync(path, { throwIfNoEntry: false });
    return info?.isFile() === true ? { path, sizeBytes: info.size, changedMs: info.mtimeMs } : undefined;
  }

  /**
   * Moves a file out of the way, under its path below the drop folder and a number where that is taken. A reason is on disk before
   * the file is moved; killed in between, the file is simply dealt with again.
   * @returns where it is now. @throws {Error} where it cannot be moved, or would be moved through a link.
   */
  move(path: string, outbox: Outbox, reason?: string): string {
    const folder = makeFolders(this.path, join(outbox, dirname(relative(this.path, path))));
    const target = freeName(join(folder, shortened(basename(path))));
    if (reason !== undefined) writeFileDurably(`${target}${reasonSuffix}`, Buffer.from(reason), 0o644);
    moveFile(path, target);
    return target;
  }

  #collect(folder: string, files: DroppedFile[]): void {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const { name } = entry;
      if (isHiddenName(name) || unfinished.test(name) || name.endsWith(reasonSuffix)) continue;
      if (folder === this.path && outboxes.includes(name)) continue;
      const path = join(folder, name);
      if (entry.isDirectory()) this.#collectBelow(path, files);
      else if (entry.isFile()) {
        const file = this.find(path);
        if (file !== undefined) files.push(file);
      }
    }
  }

  /** A subfolder that cannot be read, or has just gone, does not keep the others waiting. */
  #collectBelow(folder: string, files: DroppedFile[]): void {
    try {
      this.#collect(folder, files);
    } catch {
      // Looked at again the next time.
    }
  }
}

/** Step by step: a link that somebody put there would have files written wherever it leads. @throws {Error} for a link. */
function makeFolders(root: string, below: string): string {
  let folder = root;
  for (const name of below.split(sep).filter((each) => each !== '' && each !== '.')) {
    folder = join(folder, name);
    const info = lstatSync(folder, { throwIfNoEntry: false });
    if (info === undefined) mkdirSync(folder);
    else if (info.isSymbolicLink()) throw new Error(`${folder}: expected a folder, got a link, which is not followed`);
    else if (!info.isDirectory()) throw new Error(`${folder}: expected a folder, got a file`);
  }
  return folder;
}

/** File systems take 255 bytes; a number and the reason's suffix must have room. */
const longestNameBytes = 200;

function shortened(name: string): string {
  const extension = extname(name);
  let stem = basename(name, extension);
  while (Buffer.byteLength(stem + extension) > longestNameBytes && stem !== '') stem = stem.slice(0, -1);
  return stem === '' ? name.slice(0, longestNameBytes / 4) : stem + extension;
}

/** `host.txt`, `host.2.txt`, `host.3.txt` …: the number is searched for by halves, since some folders hold thousands. */
function freeName(path: string): string {
  if (!existsSync(path)) return path;
  const extension = extname(path);
  const stem = join(dirname(path), basename(path, extension));
  const nameOf = (number: number): string => `${stem}.${number}${extension}`;
  let free = 2;
  while (existsSync(nameOf(free))) free *= 2;
  for (let taken = Math.floor(free / 2); free - taken > 1;) {
    const middle = Math.floor((free + taken) / 2);
    if (existsSync(nameOf(middle))) taken = middle;
    else free = middle;
  }
  return nameOf(free);
}

function moveFile(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    // A subfolder may be a disk of its own.
    if (!(error instanceof Error && 'code' in error && error.code === 'EXDEV')) throw error;
    copyFileSync(from, `${to}.part`);
    renameSync(`${to}.part`, to);
    rmSync(from);
  }
}
