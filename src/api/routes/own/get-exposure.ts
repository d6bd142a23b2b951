import { hash } from 'node:crypto';
import Type from 'typebox';
import type { ExposureSummary } from '../../../operations/exposure-summary.ts';
import { sendTagged } from '../../tagged-answer.ts';
import type { TaggedAnswer } from '../../tagged-answer.ts';
import type { Route } from '../route.ts';

const count = Type.Integer({ minimum: 0 });

export const exposureAnswer = Type.Object(
  {
    catalogueId: Type.String({ description: '`sha256:…`' }),
    devices: Type.Object({ assessed: count, partlyAssessed: count, notAssessed: count }),
    kbs: Type.Array(
      Type.Object({
        kb: Type.String({ description: 'KB number, digits only.' }),
        name: Type.Union([Type.String(), Type.Null()]),
        devices: Type.Integer({ description: 'Devices that miss it.' }),
      }),
      { description: 'Most devices first, then by number.' },
    ),
    cves: Type.Array(
      Type.Object({ cve: Type.String(), devices: Type.Integer({ description: 'Devices that are open to it.' }) }),
      { description: 'Most devices first, then by id.' },
    ),
  },
  { title: 'Exposure', additionalProperties: false },
);

/** Bytes of a summary: the same until a count or the catalogue changes. */
const answers = new WeakMap<ExposureSummary, TaggedAnswer>();

/** GET /v1/exposure: how many devices miss which update and are open to which CVE */
export const getExposure: Route = {
  method: 'GET',
  path: '/exposure',
  roles: ['Software.Read.All', 'Software.Read'],
  summary: 'How many devices miss which update and are open to which CVE',
  answer: exposureAnswer,
  async handle(request, reply, { application, caller }) {
    const summary = application.exposure.summarize(caller);
    let answer = answers.get(summary);
    if (answer === undefined) {
      const bytes = Buffer.from(JSON.stringify(summary));
      answers.set(summary, (answer = { bytes, etag: `"${hash('sha1', bytes)}"` }));
    }
    return sendTagged(request, reply, answer);
  },
};
