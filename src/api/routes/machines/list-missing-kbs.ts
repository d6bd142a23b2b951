import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { MissingUpdate } from '../../../assessment/assessment.ts';
import type { Application } from '../../../operations/application.ts';
import { scopeKey } from '../../../operations/scope.ts';
import { contextOf } from '../../contract/collection.ts';
import { missingKbContext, missingKbType } from '../../contract/missing-kb.ts';
import type { MissingKb } from '../../contract/missing-kb.ts';
import { coverageHeader } from '../../coverage-header.ts';
import { checkQueryOptions } from '../../odata/query-options.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

interface Answer {
  readonly bytes: Buffer;
  readonly etag: string;
  readonly coverage: string;
}

type Answers = LRUCache<string, Answer>;

/** Answers by patch state: devices that share one, and requests that come again, share the bytes. */
const answersOf = new WeakMap<Application, Answers>();

function getAnswers(application: Application): Answers {
  let answers = answersOf.get(application);
  if (answers === undefined) {
    answers = new LRUCache({
      max: 20_000,
      maxSize: 128 * 1024 * 1024,
      sizeCalculation: ({ bytes }) => bytes.length + 500,
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
  async handle(request, reply, { application, caller, baseUrl }) {
    checkQueryOptions(request.query as Record<string, unknown>, missingKbType);
    const device = application.getDevice(caller, idOf(request));
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
      answer = { bytes, etag: `"${hash('sha1', bytes)}"`, coverage: coverageHeader(assessment) };
      answers.set(key, answer);
    }
    reply
      .header('x-kbgap-coverage', answer.coverage)
      .header('etag', answer.etag)
      .type('application/json; charset=utf-8');
    if (holds(request.headers['if-none-match'], answer.etag)) return reply.code(304).send();
    return reply.send(answer.bytes);
  },
};

/** `If-None-Match`: a list of tags, weak ones too since proxies weaken them, or `*`. */
function holds(tags: string | undefined, etag: string): boolean {
  return (tags ?? '').split(',').some((tag) => tag.trim() === '*' || tag.trim().replace(/^W\//, '') === etag);
}

/** A device's missing update in Defender's words. */
function toMissingKb(
  { kb, name, osBuild, productsNames, url, cveAddressed }: MissingUpdate,
  machineMissedOn: number,
): MissingKb {
  return { id: kb, name, osBuild, productsNames: [...productsNames], url, machineMissedOn, cveAddressed };
}
