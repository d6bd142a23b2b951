import Type from 'typebox';
import { odataError } from '../../odata/odata-error.ts';
import { csdl } from '../../metadata/csdl.ts';
import type { Route } from '../route.ts';

let document: string | undefined;

/** GET /api/$metadata: the types of the contract as CSDL */
export const getMetadata: Route = {
  method: 'GET',
  path: '/$metadata',
  roles: [],
  isPublished: true,
  tag: 'Description',
  summary: "The contract's types as CSDL 4.0.",
  answer: Type.String(),
  answerType: 'application/xml',
  async handle(request, reply) {
    const unknown = Object.keys(request.query as object).find((name) => /^\$(?!format$)/i.test(name));
    if (unknown !== undefined) throw odataError(`The query option ${unknown} is not known here.`);
    reply.type('application/xml; charset=utf-8').header('odata-version', '4.0');
    return (document ??= csdl());
  },
};
