import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { DiskRoom } from './disk-room.ts';

const section = { kind: 'catalogue', name: 'catalogue.kbcat', sha256: '', storedBytes: 1, storedSha256: '' } as const;

function roomFor(sizes: readonly number[], roomBytes: number): DiskRoom {
  const sections = sizes.map((sizeBytes) => ({ ...section, sizeBytes }));
  const catalogue = { id: '', documents: 0, newestRelease: null, currentTo: null };
  return new DiskRoom({ path: 'x.kbgap', manifest: { contents: 'full', catalogue, sections } }, roomBytes);
}

describe('room for what a bundle holds', () => {
  it('is scarce where the sections unpack to more', () => {
    assert.equal(roomFor([50, 50], 100).isScarce, false);
    assert.equal(roomFor([50, 51], 100).isScarce, true);
  });

  it('ends with what is taken, however honest each section was', () => {
    const room = roomFor([60, 60, 60], 100);
    room.take(60);
    room.take(40);
    assert.throws(() => room.take(1), /x\.kbgap: expected documents that take at most 100 bytes on disk, got more/);
  });
});
