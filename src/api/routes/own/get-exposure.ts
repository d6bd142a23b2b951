import Type from 'typebox';
import type { Route } from '../route.ts';

const count = Type.Integer({ minimum: 0 });

const exposureAnswer = Type.Object(
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

/** GET /v1/exposure: how many devices miss which update and are open to which CVE */
export const getExposure: Route = {
  method: 'GET',
  path: '/exposure',
  roles: ['Software.Read.All', 'Software.Read'],
  summary: 'How many devices miss which update and are open to which CVE',
  answer: exposureAnswer,
  async handle(_request, _reply, { application, caller }) {
    return application.exposure.summarize(caller);
  },
};
