import { brotliDecompress, gunzip, inflate, inflateRaw, zstdDecompress } from 'node:zlib';
import { promisify } from 'node:util';
import { keptDevices } from '../../../inventory/readers/kept-report.ts';
import { readInventory } from '../../../inventory/readers/read-inventory.ts';
import { reportInput } from '../../../inventory/readers/report-input.ts';
import { ApiError } from '../../errors.ts';
import type { Route } from '../route.ts';

/** Bytes of a report after decompression; more is 413. */
export const largestReport = 16 * 1024 * 1024;

type Unpack = (bytes: Uint8Array, options: { readonly maxOutputLength: number }) => Promise<Uint8Array>;

const unpackers: Readonly<Record<string, Unpack>> = {
  gzip: promisify(gunzip) as Unpack,
  'x-gzip': promisify(gunzip) as Unpack,
  deflate: unpackDeflate,
  br: promisify(brotliDecompress) as Unpack,
  zstd: promisify(zstdDecompress) as Unpack,
};

/** POST /v1/reports: one inventory of any readable format, told by its content; answered once it is on disk */
export const postReport: Route = {
  method: 'POST',
  path: '/reports',
  roles: ['Report.Write.All'],
  async handle(request, _reply, { application, caller, now }) {
    const bytes = await unpacked(request.body, request.headers['content-encoding']);
    const kept = keptDevices(readInventory(reportInput('request body', bytes)), bytes);
    const [report] = kept;
    if (report === undefined || kept.length !== 1) {
      throw new ApiError(400, 'InvalidRequestBody', `request body: expected one device, got ${kept.length}`);
    }
    const { inventory } = report;
    const { name } = request.query as { readonly name?: unknown };
    const named = typeof name === 'string' && name.trim() !== '' ? name.trim().slice(0, 255) : undefined;
    const device = { ...inventory.device, name: inventory.device.name ?? named };
    return application.applyReport(caller.tenant, {
      ...report,
      inventory: { ...inventory, device },
      receivedAt: now,
    });
  },
};

/** With the zlib header of the standard, or bare as some clients send it. */
function unpackDeflate(bytes: Uint8Array, options: { readonly maxOutputLength: number }): Promise<Uint8Array> {
  const hasHeader = ((bytes[0] ?? 0) & 0x0f) === 8 && (((bytes[0] ?? 0) << 8) | (bytes[1] ?? 0)) % 31 === 0;
  return promisify(hasHeader ? inflate : inflateRaw)(bytes, options) as Promise<Uint8Array>;
}

async function unpacked(body: unknown, encoding: string | undefined): Promise<Uint8Array> {
  if (!(body instanceof Uint8Array) || body.length === 0)
    throw new ApiError(400, 'InvalidRequestBody', 'request body: expected a report, got nothing');
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return body;
  const unpack = unpackers[name];
  if (unpack === undefined)
    throw new ApiError(
      415,
      'UnsupportedMediaType',
      `Content-Encoding: expected gzip, deflate, br or zstd, got "${name.slice(0, 40)}"`,
    );
  try {
    return await unpack(body, { maxOutputLength: largestReport });
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') {
      throw new ApiError(
        413,
        'RequestEntityTooLarge',
        `request body: expected at most ${largestReport} bytes after decompression`,
        { cause: error },
      );
    }
    throw new ApiError(400, 'InvalidRequestBody', `request body: expected whole ${name} data`, { cause: error });
  }
}
