import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { LRUCache } from 'lru-cache';
import type { MissingUpdate } from '../../../assessment/assessment.ts';
import type { Application } from '../../../operations/application.ts';
import { scopeKey } from '../../../operations/scope.ts';
import { encodingFor } from '../../accept-encoding.ts';
import type { Encoding } from '../../accept-encoding.ts';
import { leastPacked } from '../../compression.ts';
import { etagOf, isHeld, sendNotModified } from '../../conditional.ts';
import { collectionSchema, contextOf } from '../../contract/collection.ts';
import { missingKbContext, missingKbType } from '../../contract/missing-kb.ts';
import type { MissingKb } from '../../contract/missing-kb.ts';
import { coverageHeader } from '../../coverage-header.ts';
import { checkQueryOptions } from '../../odata/query-options.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

interface Answer {
  readonly bytes: Buffer;
  /** Packed when first asked for so. */
  readonly packed: Map<Encoding, Buffer>;
  readonly etag: string;
  readonly coverage: string;
}

const pack: Readonly<Record<Encoding, (bytes: Uint8Array) => Buffer>> = {
  br: (bytes) => brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  zstd: (bytes) => zstdCompressSync(bytes),
  gzip: (bytes) => gzipSync(bytes),
};

type Answers = LRUCache<string, Answer>;

/** Answers by patch state: devices that share one, and requests that come again, share the bytes. */
const answersOf = new WeakMap<Application, Answers>();

function getAnswers(application: Application): Answers {
  let answers = answersOf.get(application);
  if (answers === undefined) {
    answers = new LRUCache({
      max: 20_000,
      maxSize: 128 * 1024 * 1024,
      sizeCalculation: ({ bytes }) => bytes.length * 2 + 500,
    });
    answersOf.set(application, answers);
    const kept = answers;
    application.onTenantGone((tenantId) => {
      const theirs = [...kept.keys()].filter((key) => key.startsWith(tenantId));
      for (const key of theirs) kept.delete(key);
    });
  }
  return answers;
}

/** GET /api/machines/{id}/getmissingkbs */
export const listMissingKbs: Route = {
  method: 'GET',
  path: '/machines/:id/getmissingkbs',
  roles: ['Software.Read.All', 'Software.Read'],
  tag: 'Machines',
  summary: 'Updates that a device is missing, the whole list.',
  answer: collectionSchema(missingKbType),
  sendsBytes: true,
  async handle(request, reply, { application, caller, baseUrl }) {
    checkQueryOptions(request.query as Record<string, unknown>, missingKbType);
    const device = await application.getDevice(caller, idOf(request));
    const version = application.exposureVersion(caller);
    const key = `${scopeKey(caller)} ${device.patchStateId} ${version} ${baseUrl}`;
    const answers = getAnswers(application);
    let answer = answers.get(key);
    if (answer === undefined) {
      const assessment = application.getAssessment(device);
      const value = assessment.missing.map((update) =>
        toMissingKb(update, application.countDevicesMissing(caller, update.kb)),
      );
      const bytes = Buffer.from(JSON.stringify({ '@odata.context': contextOf(baseUrl, missingKbContext), value }));
      answer = { bytes, packed: new Map(), etag: etagOf(bytes), coverage: coverageHeader(assessment) };
      answers.set(key, answer);
    }
    reply.header('x-kbgap-coverage', answer.coverage).header('etag', answer.etag).header('vary', 'accept-encoding');
    if (isHeld(request.headers['if-none-match'], answer.etag)) return sendNotModified(request, reply);
    reply.type('application/json; charset=utf-8');
    const encoding = encodingFor(request.headers['accept-encoding']);
    if (encoding === 'identity' || answer.bytes.length < leastPacked) return reply.send(answer.bytes);
    return reply.header('content-encoding', encoding).send(packedAs(encoding, answer));
  },
};

function packedAs(encoding: Encoding, { bytes, packed }: Answer): Buffer {
  let known = packed.get(encoding);
  if (known === undefined) {
    known = pack[encoding](bytes);
    packed.set(encoding, known);
  }
  return known;
}

/** A device's missing update in Defender's words. */
function toMissingKb(
  { kb, name, osBuild, productsNames, url, cveAddressed }: MissingUpdate,
  machineMissedOn: number,
): MissingKb {
  return { id: kb, name, osBuild, productsNames: [...productsNames], url, machineMissedOn, cveAddressed };
}
