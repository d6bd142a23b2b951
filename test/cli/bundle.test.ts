import assert from 'node:assert/strict';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { advisoryXml } from '../support/advisory-xml.ts';
import { putKev } from '../support/kept-feeds.ts';
import { kbgap } from '../support/server.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const device = JSON.stringify({
  schema: 'kbgap-inventory/1',
  device: { name: 'HOST1' },
  os: { name: 'Windows 10 Pro', architecture: 'x64', installationType: 'Client', build: '10.0.10240.16384' },
});

let root = '';
let bundle = '';
const releases: (() => void)[] = [];

before(async () => {
  root = temporaryFolder({ after: (release) => void releases.push(release) });
  bundle = join(root, 'all.kbgap');
  writeFileSync(
    join(root, '2020-Mar.xml'),
    advisoryXml({ id: '2020-Mar', revisedAt: '2020-03-10T07:00:00Z', kbs: ['4540693'] }),
  );
  const data = join(root, 'publisher');
  assert.equal((await kbgap(['catalog', 'import', join(root, '2020-Mar.xml'), '--data', data])).code, 0);
  putKev(data, { date: '2020-03-01' });
  const made = await kbgap(['catalog', 'export', bundle, '--data', data]);
  assert.equal(made.code, 0, made.stderr);
  assert.match(made.stderr, /key was made now/);
});
after(() => releases.forEach((release) => release()));

describe('kbgap catalog export, verify, import', () => {
  it('carries a catalogue from one folder to another by way of a trusted key', async () => {
    const data = join(root, 'site');
    const refused = await kbgap(['catalog', 'import', bundle, '--data', data]);
    assert.equal(refused.code, 2);
    assert.match(refused.stderr, /all\.kbgap: expected a bundle signed by a known key, got one by key [0-9A-F]{16}/);
    assert.equal((await kbgap(['catalog', 'key', 'trust', `${bundle}.pub`, '--data', data])).code, 0);
    const imported = await kbgap(['catalog', 'import', bundle, '--data', data, '--json']);
    const { catalogueId, bundle: facts } = JSON.parse(imported.stdout) as {
      readonly catalogueId: string;
      readonly bundle: { readonly keyId: string };
    };
    const info = JSON.parse((await kbgap(['catalog', 'info', '--data', data, '--json'])).stdout) as {
      readonly id: string;
    };
    assert.equal(info.id, catalogueId);
    const known = JSON.parse((await kbgap(['catalog', 'verify', bundle, '--data', data, '--json'])).stdout) as object;
    assert.equal('knownAs' in known && known.knownAs, 'trusted');
    const keys = JSON.parse((await kbgap(['catalog', 'key', 'list', '--data', data, '--json'])).stdout) as object[];
    assert.deepEqual(
      keys.map((key) => ('keyId' in key ? key.keyId : '')),
      [facts.keyId],
    );
    const whole = await kbgap(['catalog', 'verify', '--data', data]);
    assert.deepEqual([whole.code, whole.stderr], [0, '']);
  });

  it('is the way out where the catalogue held is damaged, and tells of feeds that it does not take', async (t) => {
    const data = join(temporaryFolder(t), 'data');
    const command = ['catalog', 'import', bundle, '--key', `${bundle}.pub`, '--data', data];
    const { catalogueId } = JSON.parse((await kbgap([...command, '--json'])).stdout) as {
      readonly catalogueId: string;
    };
    const file = join(data, 'catalogue', `${catalogueId.replace('sha256:', '')}.kbcat`);
    writeFileSync(file, 'damaged');
    rmSync(join(data, 'catalogue', 'documents'), { recursive: true });
    putKev(data, { date: '2020-05-01' });
    const { code, stderr } = await kbgap(command);
    assert.equal(code, 0, stderr);
    assert.match(stderr, /warning: damaged catalogue: .*\.kbcat.*: nothing was kept to make it anew of/);
    assert.match(stderr, /feeds\/cisa-kev\.kbfeed: left out: it is of 2020-03-01, the held one of 2020-05-01 stays/);
    const whole = await kbgap(['catalog', 'verify', '--data', data]);
    assert.deepEqual([whole.code, whole.stderr], [0, '']);
  });

  it('checks a bundle without a data folder, and says whose it is not known to be', async () => {
    const data = join(root, 'none');
    const { code, stderr } = await kbgap(['catalog', 'verify', bundle, '--data', data]);
    assert.equal(code, 0);
    assert.match(stderr, /cannot prove: use --key/);
    const named = await kbgap(['catalog', 'verify', bundle, '--key', `${bundle}.pub`, '--data', data, '--json']);
    assert.equal((JSON.parse(named.stdout) as { readonly known: boolean }).known, true);
    assert.equal(named.stderr, '');
  });

  it('judges by the catalogue in a bundle, and names the signer', async () => {
    const { code, stdout, stderr } = await kbgap(['assess', '-', '--catalog', bundle, '--json'], device);
    assert.match(stderr, /signed by key [0-9A-F]{16}, which is not known here/);
    const { catalogue } = JSON.parse(stdout) as { readonly catalogue: { readonly newestRelease: string } };
    assert.equal(catalogue.newestRelease, '2020-Mar');
    assert.notEqual(code, 2);
    const known = await kbgap(['assess', '-', '--catalog', bundle, '--data', join(root, 'publisher')], device);
    assert.match(known.stderr, /which is known here/);
  });

  const cases: readonly [says: string, args: () => readonly string[], message: RegExp][] = [
    [
      'a changed bundle',
      () => ['verify', changed()],
      /changed\.kbgap: section catalogue\.kbcat: expected stored bytes/,
    ],
    ['a changed bundle to judge by', () => ['../assess', changed()], /changed\.kbgap: section/],
    ['another key', () => ['verify', bundle, '--key', otherKey()], /expected a bundle signed by key E7620F1842B4E81F/],
    ['a bundle and a document', () => ['import', bundle, join(root, '2020-Mar.xml')], /a bundle alone, got 2 paths/],
    ['--seen with a bundle', () => ['import', bundle, '--seen', '2020-01-01'], /--seen: a bundle says itself/],
    [
      '--key with a document',
      () => ['import', join(root, '2020-Mar.xml'), '--key', otherKey()],
      /--key: expected a bundle/,
    ],
    [
      'a key file that is none',
      () => ['key', 'trust', join(root, '2020-Mar.xml')],
      /2020-Mar\.xml: expected a minisign public key/,
    ],
    ['no key to show', () => ['key', 'show'], /none was made yet/],
    ['no document to export', () => ['export', join(root, 'empty.kbgap')], /not kept there .*--catalogue-only/],
    ['a file that is no bundle', () => ['verify', join(root, '2020-Mar.xml')], /expected a bundle that begins with/],
    ['no file', () => ['verify', join(root, 'none.kbgap')], /none\.kbgap: cannot be read/],
  ];
  for (const [says, args, message] of cases) {
    it(`${says}: exit 2, one line that says why`, async (t) => {
      const [command = '', ...rest] = args();
      const data = ['--data', join(temporaryFolder(t), 'data')];
      const { code, stderr } = command.startsWith('../')
        ? await kbgap(['assess', '-', '--catalog', ...rest], device)
        : await kbgap(['catalog', command, ...rest, ...data]);
      assert.equal(code, 2);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
    });
  }
});

/** One bit of its catalogue. */
function changed(): string {
  const bytes = readFileSync(bundle);
  const at = bytes.indexOf('KBGAPCAT') + 20;
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(join(root, 'changed.kbgap'), bytes);
  return join(root, 'changed.kbgap');
}

function otherKey(): string {
  const file = join(root, 'other.pub');
  writeFileSync(file, 'RWQf6LRCGA9i53mlYecO4IzT51TGPpvWucNSCh1CBM0QTaLn73Y7GFO3\n');
  return file;
}
