/** Files that systems lay beside those of people. */
const systemFiles: ReadonlySet<string> = new Set([
  '__macosx',
  'desktop.ini',
  'thumbs.db',
  '$recycle.bin',
  'system volume information',
]);

/** Whether a part of a path hides the file: it begins with a dot, or a system laid it there. `.` and `..` hide nothing. */
export function isHiddenName(path: string): boolean {
  return path
    .split(/[/\\]/)
    .some((part) => (part.startsWith('.') && part !== '.' && part !== '..') || systemFiles.has(part.toLowerCase()));
}
