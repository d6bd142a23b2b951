import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { TestContext } from 'node:test';
import { pino } from 'pino';
import { packCatalogue, plainCompiled } from '../../src/catalogue/catalogue-format.ts';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { CatalogueSharing } from '../../src/cli/share-catalogue.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import type { SharedCatalogue } from '../../src/store/shared-catalogue.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const { head, columns } = plainCompiled(loadStarterCatalogue().compiled);

/** Catalogues that differ in a title. */
const [june, july] = ['June', 'July'].map((month) => {
  const documents = head.documents.map((document) => ({ ...document, title: `${document.title}, seen in ${month}` }));
  return packCatalogue({ head: { ...head, documents }, columns }, 1);
}) as [{ id: string; bytes: Uint8Array }, { id: string; bytes: Uint8Array }];

/** A database's catalogue, in memory. */
class Shared implements SharedCatalogue {
  current: string | undefined;
  isAway = false;
  readonly contents = new Map<string, Uint8Array>();

  async currentId(): Promise<string | undefined> {
    if (this.isAway) throw new Error('connection refused');
    return this.current;
  }

  async read(id: string): Promise<Uint8Array | undefined> {
    return this.contents.get(id);
  }

  async putInForce(id: string, bytes: Uint8Array): Promise<void> {
    this.contents.set(id, bytes);
    this.current = id;
  }

  takeLease = async (): Promise<boolean> => true;
  giveBackLease = async (): Promise<void> => undefined;
}

interface Node {
  readonly folder: CatalogueFolder;
  readonly look: () => Promise<void>;
  readonly warnings: readonly string[];
}

function node(t: TestContext, shared: Shared): Node {
  const folder = new CatalogueFolder(temporaryFolder(t), loadCorrections());
  const warnings: string[] = [];
  const logger = pino(
    { level: 'warn' },
    { write: (line: string) => void warnings.push((JSON.parse(line) as { err: { message: string } }).err.message) },
  );
  const sharing = new CatalogueSharing(folder, shared, logger);
  t.after(() => sharing.stop());
  return { folder, look: () => sharing.look(), warnings };
}

const damages: readonly [says: string, damage: (bytes: Buffer) => Buffer][] = [
  ['a bit turned', (bytes) => (bytes.writeUInt8(bytes.readUInt8(bytes.length - 500) ^ 4, bytes.length - 500), bytes)],
  ['cut short', (bytes) => bytes.subarray(0, bytes.length - 100)],
  ['empty', () => Buffer.alloc(0)],
  ['another catalogue under its name', () => Buffer.from(july.bytes)],
];

describe('a catalogue that nodes share', () => {
  it('goes from the node where it came into force to the others, and on from there', async (t) => {
    const shared = new Shared();
    const [first, second] = [node(t, shared), node(t, shared)];
    for (const each of [first, second]) await each.look();
    assert.deepEqual([shared.current, second.folder.currentId()], [undefined, undefined]);
    first.folder.swapIn(june.id, june.bytes);
    for (const each of [first, second]) await each.look();
    assert.deepEqual([shared.current, second.folder.currentId()], [june.id, june.id]);
    second.folder.swapIn(july.id, july.bytes);
    for (const each of [first, second, first]) await each.look();
    assert.deepEqual([shared.current, first.folder.currentId()], [july.id, july.id]);
    assert.equal(first.folder.loadCurrent().catalogue.id, july.id);
  });

  it('at a start the database’s stands, whatever the folder holds', async (t) => {
    const shared = new Shared();
    await shared.putInForce(july.id, july.bytes);
    const late = node(t, shared);
    late.folder.swapIn(june.id, june.bytes);
    await late.look();
    assert.deepEqual([shared.current, late.folder.currentId()], [july.id, july.id]);
  });

  for (const [says, damage] of damages) {
    it(`is not taken up damaged, which is said once: ${says}`, async (t) => {
      const shared = new Shared();
      const here = node(t, shared);
      here.folder.swapIn(july.id, july.bytes);
      await here.look();
      await shared.putInForce(june.id, damage(Buffer.from(june.bytes)));
      for (let times = 0; times < 3; times += 1) await here.look();
      assert.equal(here.folder.currentId(), july.id);
      assert.equal(here.folder.loadCurrent().catalogue.id, july.id);
      assert.equal(here.warnings.length, 1, here.warnings.join('\n'));
      await shared.putInForce(june.id, june.bytes);
      await here.look();
      assert.equal(here.folder.currentId(), june.id);
    });
  }

  it('waits for a database that is away', async (t) => {
    const shared = new Shared();
    const [first, second] = [node(t, shared), node(t, shared)];
    for (const each of [first, second]) await each.look();
    shared.isAway = true;
    first.folder.swapIn(june.id, june.bytes);
    for (const each of [first, second, first]) await each.look();
    assert.deepEqual([second.folder.currentId(), first.warnings], [undefined, ['connection refused']]);
    shared.isAway = false;
    for (const each of [first, second]) await each.look();
    assert.deepEqual([shared.current, second.folder.currentId()], [june.id, june.id]);
  });
});
