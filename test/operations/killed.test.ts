import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { DocumentHistory } from '../../src/operations/document-history.ts';
import { exportBundle } from '../../src/operations/export-bundle.ts';
import { importBundle } from '../../src/operations/import-bundle.ts';
import { importCatalogue } from '../../src/operations/import-catalogue.ts';
import { KeyFolder } from '../../src/operations/key-folder.ts';
import { syncCatalogue } from '../../src/operations/sync-catalogue.ts';
import { verifyBundle } from '../../src/operations/verify-bundle.ts';
import { verifyFolder } from '../../src/operations/verify-folder.ts';
import { advisoryXml } from '../support/advisory-xml.ts';
import { dieAtWrite } from '../support/die-at-write.ts';
import { putEpss, putKev } from '../support/kept-feeds.ts';
import { madeUpDocument } from '../support/published-documents.ts';
import { Publisher } from '../support/publisher.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = new Date('2026-07-05T12:00:00Z');
const april = { id: '2020-Apr', revisedAt: '2020-04-14T07:00:00Z', kbs: ['4549951'] };
const revised = [
  { ...april, revisedAt: '2020-05-01T07:00:00Z', kbs: ['4549951', '4550961'] },
  { id: '2020-May', revisedAt: '2020-05-12T07:00:00Z', kbs: ['4556799'] },
];

type Test = Parameters<typeof temporaryFolder>[0];

function catalogues(data: string): CatalogueFolder {
  return new CatalogueFolder(data, loadCorrections());
}

function files(place: string, advisories: readonly (typeof april)[]): readonly string[] {
  return advisories.map((advisory) => {
    const file = join(place, `${advisory.id}-${Date.parse(advisory.revisedAt)}.xml`);
    writeFileSync(file, advisoryXml(advisory));
    return file;
  });
}

/** A place with a data folder `before` that has a key and one document, in quarantine another. */
async function place(test: Test): Promise<{ readonly root: string; readonly before: string }> {
  const root = temporaryFolder(test);
  const before = join(root, 'before');
  mkdirSync(before);
  new KeyFolder(before).create();
  await importCatalogue(catalogues(before), files(root, [april]), { now });
  const empty = { ...april, revisedAt: '2020-04-20T07:00:00Z', kbs: [] };
  await importCatalogue(catalogues(before), files(root, [empty]), { now });
  return { root, before };
}

/** What everybody sees: catalogue and history, before anything is caught up on. */
function seen(data: string): string {
  const history = new DocumentHistory(catalogues(data).documentFolder).list();
  return JSON.stringify([catalogues(data).currentId(), history.map(({ hash }) => hash).sort()]);
}

async function exported(data: string): Promise<Buffer> {
  const file = join(data, '..', 'out.kbgap');
  await exportBundle(data, file);
  return readFileSync(file);
}

/** Kills `run` at each of its changes in turn: what is left is the state of before or of after, and done again it is of after. */
async function killEverywhere(before: string, run: (data: string) => unknown): Promise<void> {
  const copy = (name: string): string => {
    const to = join(before, '..', name);
    rmSync(to, { recursive: true, force: true });
    cpSync(before, to, { recursive: true });
    return to;
  };
  const after = copy('after');
  await run(after);
  const states = [seen(before), seen(after)];
  const bundles = [await exported(before), await exported(after)];
  assert.notEqual(states[0], states[1]);
  let reached = 0;
  for (let step = 1; ; step += 1) {
    const data = copy('killed');
    if (!(await dieAtWrite(step, () => run(data)))) break;
    reached += 1;
    const state = states.indexOf(seen(data));
    assert.notEqual(state, -1, `half a state after step ${step}`);
    assert.ok(bundles[state]?.equals(await exported(data)), `another bundle after step ${step}`);
    await run(data);
    assert.equal(seen(data), states[1]);
    assert.ok(bundles[1]?.equals(await exported(data)), `another bundle when step ${step} was done again`);
    assert.equal(existsSync(join(data, '.incoming-feeds')), false);
    if (step % 5 === 1) assert.deepEqual((await verifyFolder(data)).problems, []);
  }
  assert.ok(reached >= 5, `killed ${reached} times`);
}

describe('killed at any change of a file', () => {
  it('an import of documents has changed nothing, or all', { timeout: 120_000 }, async (t) => {
    const { root, before } = await place(t);
    const paths = files(root, revised);
    await killEverywhere(before, (data) => importCatalogue(catalogues(data), paths, { now, threads: 1 }));
  });

  it('an import of a bundle: documents, feeds and quarantine', { timeout: 120_000 }, async (t) => {
    const { root, before } = await place(t);
    putKev(before, { date: '2020-05-01' });
    const from = join(root, 'from');
    mkdirSync(from);
    await importCatalogue(catalogues(from), files(root, revised), { now });
    putKev(from, { date: '2020-05-20' });
    putEpss(from, { date: '2020-05-20' });
    const bundle = join(root, 'from.kbgap');
    await exportBundle(from, bundle);
    const { signer } = verifyBundle(bundle);
    await killEverywhere(before, (data) => importBundle(data, bundle, { key: signer, now }));
  });

  it('a sync, and what was fetched is not fetched again', { timeout: 120_000 }, async (t) => {
    const { before } = await place(t);
    const documents = ['May', 'Jun'].map((month) => madeUpDocument({ month }));
    const publisher = await Publisher.start(t, documents);
    const sync = (data: string): Promise<unknown> =>
      syncCatalogue(catalogues(data), {
        publisher: { baseUrl: publisher.url, http: { userAgent: 'kbgap-test', limits: { attempts: 1 } } },
        now: () => now,
        threads: 1,
      });
    await killEverywhere(before, async (data) => {
      const notes = join(data, 'catalogue', 'fetched', 'fetched.jsonl');
      const fetched = existsSync(notes) ? readFileSync(notes, 'utf8') : '';
      publisher.takeRequests();
      await sync(data);
      const asked = publisher.takeRequests();
      for (const { id } of documents) assert.ok(!fetched.includes(`"${id}"`) || !asked.includes(id), `${id} again`);
    });
  });
});
