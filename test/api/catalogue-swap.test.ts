import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Catalogue } from '../../src/catalogue/catalogue.ts';
import { packCatalogue } from '../../src/catalogue/catalogue-format.ts';
import { compileCatalogue } from '../../src/catalogue/compile-catalogue.ts';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { expandCatalogue } from '../../src/catalogue/expand-catalogue.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { catalogueEngine } from '../../src/operations/catalogue-engine.ts';
import { startFleetServer } from '../support/fleet-server.ts';

// Whoever asks while one catalogue takes another's place is answered by the one or by the other, never by both.

const { application, ask } = await startFleetServer(() => new Date('2026-11-23T12:00:00Z'));
const starter = loadStarterCatalogue();
const former = expandCatalogue(starter.compiled).filter(({ initialReleaseAt }) => initialReleaseAt < '2025-03-01');
const engines = [
  catalogueEngine(starter, true),
  catalogueEngine(Catalogue.fromBytes(packCatalogue(compileCatalogue(former), 1).bytes, loadCorrections()), false),
];
const urls = [
  '/api/machines/pc-c/getmissingkbs', '/api/machines/pc-c/vulnerabilities', '/api/machines/pc-c/recommendations',
  '/api/Software', '/api/vulnerabilities?$top=20', '/api/recommendations', '/api/exposureScore',
  '/v1/exposure', '/v1/updates', '/v1/cves?top=20', '/v1/devices', '/v1/overview', '/v1/devices/pc-c', '/v1/devices/pc-c/assessment',
]; // prettier-ignore
const answerOf = async (url: string): Promise<string> => JSON.stringify((await ask(url)).body);

await application.warmUp();
const byEach: ReadonlyMap<string, string>[] = [];
for (const engine of engines) {
  await application.useEngine(engine);
  byEach.push(new Map(await Promise.all(urls.map(async (url) => [url, await answerOf(url)] as const))));
}

describe('while a catalogue takes the place of another', () => {
  it('every answer is of one of them', async () => {
    const [a, b] = byEach;
    for (const url of urls) assert.notEqual(a?.get(url), b?.get(url), `${url}: they judge differently`);
    for (let round = 0; round < 4; round += 1) {
      const engine = engines[round % 2] ?? assert.fail();
      let isDone = false;
      const swap = application.useEngine(engine).finally(() => (isDone = true));
      while (!isDone) {
        for (const [url, answer] of await Promise.all(urls.map(async (each) => [each, await answerOf(each)] as const)))
          assert.ok(answer === a?.get(url) || answer === b?.get(url), url);
      }
      await swap;
    }
  });
});
