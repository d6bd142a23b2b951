import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { listReportFiles } from './list-report-files.ts';
import { ReportFileError } from './report-file-error.ts';

function listed(path: string): readonly string[] {
  return Array.from(listReportFiles(path), (file) =>
    file instanceof ReportFileError ? `${file.code} ${relative(path, file.source)}` : relative(path, file),
  );
}

describe('listReportFiles', () => {
  it('names a folder’s files and those of its subfolders by name, without hidden ones', (t) => {
    const folder = temporaryFolder(t);
    mkdirSync(join(folder, 'b', '.hidden'), { recursive: true });
    mkdirSync(join(folder, '__MACOSX'));
    for (const name of ['c.txt', 'a.txt', '.x', 'b/two', 'b/.hidden/y', '__MACOSX/z', 'desktop.ini'])
      writeFileSync(join(folder, name), '');
    assert.deepEqual(listed(folder), ['a.txt', join('b', 'two'), 'c.txt']);
  });

  it('follows links once, whatever they lead round to', { skip: process.platform === 'win32' }, (t) => {
    const folder = temporaryFolder(t);
    const elsewhere = temporaryFolder(t);
    writeFileSync(join(elsewhere, 'far.txt'), '');
    mkdirSync(join(folder, 'deep'));
    writeFileSync(join(folder, 'deep', 'one.txt'), '');
    symlinkSync(folder, join(folder, 'deep', 'round'));
    symlinkSync('.', join(folder, 'self'));
    symlinkSync('loop', join(folder, 'loop'));
    symlinkSync(join(folder, 'nowhere'), join(folder, 'broken'));
    symlinkSync(elsewhere, join(folder, 'out'));
    symlinkSync(join(folder, 'deep', 'one.txt'), join(folder, 'z.txt'));
    assert.deepEqual(listed(folder), [join('deep', 'one.txt'), join('out', 'far.txt'), 'z.txt']);
  });

  it('tells of a path that is not there, and leaves standard input as it is', (t) => {
    const folder = temporaryFolder(t);
    assert.deepEqual(listed(join(folder, 'no')), ['file-missing ']);
    assert.deepEqual([...listReportFiles('-')], ['-']);
  });
});
