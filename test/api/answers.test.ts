import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { routeSamples } from '../support/route-samples.ts';
import { startTwoTenants } from '../support/two-tenants.ts';

const { tenant, token, ask, report } = await startTwoTenants();
const bearer = await token();
for (const [index, build] of ['10.0.26100.1', '10.0.26100.8000', '10.0.22621'].entries())
  await report(tenant, { name: `pc${index}` }, build);

const reads = routeSamples.filter(
  ({ route, pattern }) => route.method === 'GET' && route.streams !== true && !pattern.startsWith('/api/v1.0'),
);

const unpack: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  br: brotliDecompressSync,
  gzip: gunzipSync,
  zstd: zstdDecompressSync,
};

for (const { url: address, asked } of reads) {
  const url = asked(address);
  describe(`GET ${url}`, () => {
    it('who holds the answer is told that nothing changed, by HEAD too', async () => {
      const first = await ask({ url, token: bearer });
      const etag = String(first.headers['etag']);
      assert.match(etag, /^W\/"[\w-]+"$/);
      for (const held of [etag, etag.replace('W/', ''), `"x", ${etag}`, '*']) {
        for (const method of ['GET', 'HEAD']) {
          const again = await ask({ method, url, token: bearer, headers: { 'if-none-match': held } });
          assert.deepEqual([again.status, again.body], [304, ''], held);
          assert.equal(again.headers['etag'], etag);
          assert.equal(again.headers['content-length'], undefined);
          assert.equal(again.headers['vary'], 'accept-encoding');
          assert.equal(again.headers['x-kbgap-coverage'], first.headers['x-kbgap-coverage']);
        }
      }
      const other = await ask({ url, token: bearer, headers: { 'if-none-match': '"x"' } });
      assert.deepEqual([other.status, other.body], [200, first.body]);
    });

    it('HEAD says what GET does', async () => {
      for (const headers of [{}, { 'accept-encoding': 'gzip' }] as Readonly<Record<string, string>>[]) {
        const get = await ask({ url, token: bearer, headers });
        const head = await ask({ method: 'HEAD', url, token: bearer, headers });
        assert.deepEqual([head.status, head.body], [200, '']);
        const { date: _at, connection: _, 'transfer-encoding': _chunked, ...told } = get.headers;
        for (const [name, value] of Object.entries(told)) assert.equal(head.headers[name], value, name);
      }
    });

    it('is packed as the client asks, with the same tag; small or unasked it is plain', async () => {
      const plain = await ask({ url, token: bearer, headers: { 'accept-encoding': 'identity' } });
      assert.equal(plain.headers['content-encoding'], undefined);
      assert.equal(plain.headers['vary'], 'accept-encoding');
      for (const [encoding, decode] of Object.entries(unpack)) {
        const packed = await ask({ url, token: bearer, headers: { 'accept-encoding': `${encoding}, x;q=0.1` } });
        const isLong = plain.bytes.length >= 1024;
        assert.equal(packed.headers['content-encoding'], isLong ? encoding : undefined);
        assert.equal((isLong ? decode(packed.bytes) : packed.bytes).toString(), plain.body);
        assert.equal(packed.headers['etag'], plain.headers['etag']);
        assert.equal(packed.headers['vary'], 'accept-encoding');
        if (isLong) assert.ok(packed.bytes.length < plain.bytes.length);
      }
    });
  });
}

describe('X-Kbgap-Coverage', () => {
  const of = async (url: string): Promise<unknown> => (await ask({ url, token: bearer })).headers['x-kbgap-coverage'];
  for (const url of ['getmissingkbs', 'software', ''].map((last) => `/api/machines/pc2/${last}`)) {
    it(`of the device: ${url}`, async () => assert.equal(await of(url), 'not-assessed; reason=no-patch-evidence'));
  }
  it('of all devices: lists', async () =>
    assert.equal(await of('/api/machines?$top=1'), 'assessed=2; partly-assessed=0; not-assessed=1'));
  it('where nothing is told of devices: none', async () => assert.equal(await of('/v1/status'), undefined));
});
