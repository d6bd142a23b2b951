import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, it } from 'node:test';
import { temporaryFolder } from '../../../test/support/temporary-folder.ts';
import { DropFolder } from './drop-folder.ts';

describe('DropFolder', () => {
  it('lists what may be a report, the oldest first', (t) => {
    const root = temporaryFolder(t);
    mkdirSync(join(root, 'site', 'done'), { recursive: true });
    for (const box of ['done', 'refused', '.hidden']) mkdirSync(join(root, box));
    const files = ['new.txt', 'site/old.txt', 'site/done/x.txt', 'done/y.txt', 'refused/z.txt', '.hidden/a', '.b'];
    const unfinished = ['a.tmp', 'b.PART', 'c.txt.filepart', 'd.crdownload', '~$e.xlsx', 'f~', 'g.txt.reason.txt'];
    for (const name of [...files, ...unfinished]) writeFileSync(join(root, name), '');
    utimesSync(join(root, 'site', 'old.txt'), 1000, 1000);
    utimesSync(join(root, 'site', 'done', 'x.txt'), 2000, 2000);
    const listed = new DropFolder(root).list().map(({ path }) => relative(root, path));
    assert.deepEqual(listed, [join('site', 'old.txt'), join('site', 'done', 'x.txt'), 'new.txt']);
  });

  it('follows no links', { skip: process.platform === 'win32' }, (t) => {
    const root = temporaryFolder(t);
    const elsewhere = temporaryFolder(t);
    writeFileSync(join(elsewhere, 'secret.txt'), 'secret');
    symlinkSync(elsewhere, join(root, 'folder'));
    symlinkSync(join(elsewhere, 'secret.txt'), join(root, 'file.txt'));
    assert.deepEqual(new DropFolder(root).list(), []);
  });

  it('moves files under their path, with a number where that is taken', (t) => {
    const root = temporaryFolder(t);
    const drop = new DropFolder(root);
    mkdirSync(join(root, 'site'));
    const targets = ['one', 'two', 'three'].map((content) => {
      writeFileSync(join(root, 'site', 'host.txt'), content);
      return relative(root, drop.move(join(root, 'site', 'host.txt'), 'done'));
    });
    assert.deepEqual(
      targets,
      ['host.txt', 'host.2.txt', 'host.3.txt'].map((name) => join('done', 'site', name)),
    );
    assert.equal(readFileSync(join(root, 'done', 'site', 'host.2.txt'), 'utf8'), 'two');
  });

  it('lays a reason beside what is refused, also beside a very long name', (t) => {
    const root = temporaryFolder(t);
    const drop = new DropFolder(root);
    for (const name of ['bad.txt', `${'ä'.repeat(120)}.txt`, 'noextension', '.txt']) {
      writeFileSync(join(root, name), 'x');
      const target = drop.move(join(root, name), 'refused', 'because');
      assert.equal(readFileSync(`${target}.reason.txt`, 'utf8'), 'because');
      assert.equal(readFileSync(target, 'utf8'), 'x');
    }
  });

  it('a reason that a killed process left behind does not stand in the way', (t) => {
    const root = temporaryFolder(t);
    mkdirSync(join(root, 'refused'));
    writeFileSync(join(root, 'refused', 'bad.txt.reason.txt'), 'of the killed process');
    writeFileSync(join(root, 'bad.txt'), 'x');
    const target = new DropFolder(root).move(join(root, 'bad.txt'), 'refused', 'now');
    assert.equal(target, join(root, 'refused', 'bad.txt'));
    assert.equal(readFileSync(`${target}.reason.txt`, 'utf8'), 'now');
  });

  for (const linked of ['done', join('done', 'site'), 'refused', join('refused', 'site', 'deep')]) {
    it(`moves nothing through a link at ${linked}`, { skip: process.platform === 'win32' }, (t) => {
      const root = temporaryFolder(t);
      const elsewhere = temporaryFolder(t);
      mkdirSync(join(root, 'site', 'deep'), { recursive: true });
      mkdirSync(dirname(join(root, linked)), { recursive: true });
      symlinkSync(elsewhere, join(root, linked));
      const file = join(root, 'site', 'deep', 'host.txt');
      writeFileSync(file, 'x');
      const outbox = linked.startsWith('done') ? 'done' : 'refused';
      assert.throws(() => new DropFolder(root).move(file, outbox, 'because'), /expected a folder, got a link/);
      assert.deepEqual(readdirSync(elsewhere), []);
      assert.equal(readFileSync(file, 'utf8'), 'x');
    });
  }
});
