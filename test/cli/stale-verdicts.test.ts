import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { madeUpDocument } from '../support/published-documents.ts';
import { kbgap } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const inventory = JSON.stringify({
  schema: 'kbgap-inventory/1',
  device: { name: 'HOST1' },
  os: { name: 'Windows 11 Pro', architecture: 'x64', installationType: 'Client', build: '10.0.26100.3000' },
});
const warning = /^warning: the catalogue is \d+ days old: updates published since are not known to it/m;

/** A catalogue of long ago, and a device that misses its update. */
describe('a verdict by a stale catalogue', () => {
  const releases: (() => void)[] = [];
  const data = join(temporaryFolder({ after: (release) => void releases.push(release) }), 'data');
  const file = join(data, '..', 'host1.json');
  after(() => releases.forEach((release) => release()));
  before(async () => {
    writeFileSync(file, inventory);
    const document = join(data, '..', 'document.xml');
    writeFileSync(document, madeUpDocument({ month: 'Mar', year: 2025 }).xml());
    assert.equal((await kbgap(['catalog', 'import', document, '--data', data])).code, 0);
  });

  const device = ['device', 'show', 'HOST1'];
  const commands: readonly (readonly string[])[] = [
    ['assess', file],
    ['assess', file, '--quiet'],
    ['assess', file, '--quiet', '--json'],
    ['assess', file, '--quiet', '--jsonl'],
    ['assess', file, '--quiet', '--csv'],
    ['explain', file, 'CVE-2025-20200'],
    ['explain', file, 'CVE-2025-20200', '--quiet'],
    ['device', 'import', file],
    ['device', 'import', file, '--json', '--quiet'],
    device,
    [...device, '--quiet'],
    [...device, '--json'],
    ['device', 'list'],
    ['device', 'list', '--json', '--quiet'],
    ['explain', '--device', 'HOST1', 'CVE-2025-20200', '--quiet'],
  ];
  for (const command of commands) {
    it(`is warned of: ${command.map((part) => (part === file ? 'FILE' : part)).join(' ')}`, async () => {
      const { stderr, stdout } = await kbgap([...command, '--data', data]);
      assert.match(stderr, warning, stdout);
    });
  }

  for (const command of [
    ['assess', file, '--json'],
    [...device, '--json'],
    ['explain', file, 'CVE-2025-20200', '--json'],
    ['explain', '--device', 'HOST1', 'CVE-2025-20200', '--json', '--quiet'],
  ]) {
    it(`says so in JSON: ${command[0]}`, async () => {
      const { stdout } = await kbgap([...command, '--data', data]);
      const { catalogue } = JSON.parse(stdout) as { readonly catalogue: Record<string, unknown> };
      assert.deepEqual([catalogue['stale'], catalogue['staleReason']], [true, 'too-old']);
    });
  }

  it('says so in JSON of every device of a list', async () => {
    const { stdout } = await kbgap(['device', 'list', '--json', '--data', data]);
    const found = JSON.parse(stdout) as readonly Record<string, unknown>[];
    assert.deepEqual(
      found.map((each) => [each['stale'], each['staleReason']]),
      [[true, 'too-old']],
    );
  });
});
