import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { loadCorrections } from '../../src/catalogue/corrections.ts';
import { CatalogueFolder } from '../../src/operations/catalogue-folder.ts';
import { diffCatalogue } from '../../src/operations/diff-catalogue.ts';
import { importCatalogue } from '../../src/operations/import-catalogue.ts';
import { listRevisions } from '../../src/operations/list-revisions.ts';
import { madeUpDocument } from '../support/published-documents.ts';
import { PostgresCluster, whyNoPostgres } from '../support/postgres.ts';
import { kbgap } from '../support/server.ts';
import { needsShared, sharedPath } from '../support/shared.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = new Date('2026-07-10T00:00:00Z');

describe('history and differences of a catalogue', () => {
  it('names what came, went and moved, by hash, by day and as a whole', async (t) => {
    const data = temporaryFolder(t);
    const folder = new CatalogueFolder(data, loadCorrections());
    const file = join(data, 'june.xml');
    const revisions: readonly [seenOn: string, document: Parameters<typeof madeUpDocument>[0]][] = [
      ['2026-06-10', { month: 'Jun', cves: 3 }],
      ['2026-06-20', { month: 'Jun', cves: 4, revisedAt: '2026-06-19T07:00:00' }],
      ['2026-07-01', { month: 'Jun', cves: 4, revisedAt: '2026-06-30T07:00:00', kbPrefix: '51' }],
    ];
    for (const [seenOn, document] of revisions) {
      writeFileSync(file, madeUpDocument(document).xml());
      await importCatalogue(folder, [file], { seenOn, now });
    }
    const list = await listRevisions(folder, '2026-jun');
    assert.deepEqual(
      list.map(({ seenOn, counts, inForce }) => [seenOn, counts?.vulnerabilities, inForce]),
      [
        ['2026-06-10', 3, false],
        ['2026-06-20', 4, false],
        ['2026-07-01', 4, true],
      ],
    );
    const grown = await diffCatalogue(folder, { a: '2026-Jun@2026-06-10', b: '2026-Jun@2026-06-30' });
    assert.deepEqual(
      [grown.kbs, grown.vulnerabilities, grown.remapped],
      [{ added: ['5005003'], withdrawn: [] }, { added: ['CVE-2026-20503'], withdrawn: [] }, []],
    );
    const second = list[1]?.hash ?? '';
    const moved = await diffCatalogue(folder, { a: second.slice(7, 17), b: '2026-Jun' });
    assert.deepEqual(moved.kbs.withdrawn, ['5005000', '5005001', '5005002', '5005003']);
    assert.deepEqual(moved.remapped[0], {
      vulnerability: 'CVE-2026-20500',
      before: ['5005000'],
      after: ['5105000'],
      products: ['Windows 11 Version 24H2 for x64-based Systems'],
    });
    const whole = await diffCatalogue(folder, { a: '2026-06-10', b: '2026-07-01' });
    assert.deepEqual(whole.vulnerabilities.added, ['CVE-2026-20503']);
    assert.deepEqual(whole.verdicts, { devices: 0, devicesChanged: 0, patchStates: 0, patchStatesChanged: 0, kbs: [] });
    for (const bad of ['2026-May', 'sha256:', 'abc', '2026-Jun@june', 'ffffffffffff']) {
      await assert.rejects(diffCatalogue(folder, { a: bad, b: '2026-Jun' }), /expected/);
    }
    await assert.rejects(
      diffCatalogue(folder, { a: '2026-06-01', b: '2026-07-01' }),
      /no document had been seen by 2026-06-01/,
    );
    await assert.rejects(
      diffCatalogue(folder, { a: '2026-06-10', b: '2026-Jun' }),
      /two revisions of one document, or two days/,
    );
  });
});

const missing = whyNoPostgres();
const cluster = missing === undefined ? await PostgresCluster.start({ after }) : undefined;

describe('devices that a difference concerns', () => {
  for (const database of ['SQLite', 'PostgreSQL'])
    it(`are counted on ${database}`, { skip: (database === 'PostgreSQL' && missing) || false }, async (t) => {
      const data = temporaryFolder(t);
      const url = database === 'SQLite' ? undefined : await cluster?.createDatabase('diff');
      const environment: Readonly<Record<string, string>> = url === undefined ? {} : { KBGAP_DATABASE_URL: url };
      const run = async (...args: readonly string[]): Promise<string> => {
        const { code, stdout, stderr } = await kbgap([...args, '--data', data], '', environment);
        assert.equal(code, 0, stderr);
        return stdout;
      };
      const inventory = join(data, 'host.json');
      const os = { name: 'Windows 11 Pro', build: '10.0.26100.1', architecture: 'x64' };
      writeFileSync(inventory, JSON.stringify({ schema: 'kbgap-inventory/1', device: { name: 'h1' }, os }));
      const file = join(data, 'june.xml');
      for (const [cves, day, revisedAt] of [
        [3, '2026-06-10', '2026-06-09T07:00:00'],
        [4, '2026-06-20', '2026-06-19T07:00:00'],
      ] as const) {
        writeFileSync(file, madeUpDocument({ month: 'Jun', cves, revisedAt }).xml());
        await run('catalog', 'import', file, '--seen', day);
      }
      await run('device', 'import', inventory);
      assert.match(await run('catalog', 'diff', '2026-06-10', '2026-06-20'), /1 of 1 devices are judged otherwise/);
    });
});

describe('what MSRC changed since March 2020', needsShared(), () => {
  it('KB4560960 took two CVEs over from KB4540673, and a device that lacks it is judged otherwise', async (t) => {
    const data = temporaryFolder(t);
    const inventory = join(data, 'host.json');
    const os = { name: 'Windows 10 Enterprise', build: '10.0.18363.657', architecture: 'x64' };
    writeFileSync(inventory, JSON.stringify({ schema: 'kbgap-inventory/1', device: { name: 'h1' }, os }));
    const files = (folder: string): string[] =>
      ['2019-Aug', '2020-Mar', '2020-Jun'].map((month) => sharedPath(folder, `${month}.xml.gz`));
    const run = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await kbgap([...args, '--data', data]);
      assert.equal(code, 0, stderr);
      return stdout;
    };
    await run('catalog', 'import', ...files('cvrf-vintage'), '--seen', '2020-07-01');
    await run('catalog', 'import', ...files('cvrf'));
    await run('device', 'import', inventory);
    const diff = await run('catalog', 'diff', '2020-Mar@2020-07-01', '2020-Mar');
    assert.match(diff, /KBs added \(5\): KB4557957, KB4560960, KB4561602, KB4561608, KB4561621/);
    assert.match(
      diff,
      /re-mapped: CVE-2020-0762 from KB4540673 to KB4560960 \(Windows 10 Version 1903 for 32-bit Systems/,
    );
    assert.match(diff, /1 of 1 devices are judged otherwise \(1 of 1 patch states\)/);
    assert.match(await run('catalog', 'history', '2020-Mar'), /seen 2020-07-01 {2}118 vulnerabilities, 915 KB rows/);
  });
});
