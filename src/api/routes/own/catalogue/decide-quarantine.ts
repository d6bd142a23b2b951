import type { FastifyRequest } from 'fastify';
import { decisionShape } from '../../../contract/own/catalogue-shapes.ts';
import { ApiError } from '../../../errors.ts';
import { idOf } from '../../route.ts';
import type { Route } from '../../route.ts';

const common = {
  method: 'POST',
  roles: ['Catalogue.Write.All'],
  tag: 'Catalogue',
  answer: decisionShape,
} as const;

/** POST /v1/catalogue/quarantine/{id}/accept: into the catalogue, whatever speaks against it. Takes seconds. */
export const acceptQuarantined: Route = {
  ...common,
  path: '/catalogue/quarantine/:id/accept',
  summary: 'Takes a document in quarantine into the catalogue, whatever speaks against it.',
  async handle(request, _reply, { application, caller }) {
    const { id, hash, catalogueId } = await decided(request, (asked) =>
      application.catalogueDesk.accept(asked, caller.clientId),
    );
    return { id, hash, catalogueId };
  },
};

/** POST /v1/catalogue/quarantine/{id}/drop: discarded; the same bytes are passed over from now on. */
export const dropQuarantined: Route = {
  ...common,
  path: '/catalogue/quarantine/:id/drop',
  summary: 'Discards a document in quarantine; the same bytes are passed over from now on.',
  async handle(request, _reply, { application, caller }) {
    const { id, hash } = await decided(request, (asked) => application.catalogueDesk.drop(asked, caller.clientId));
    return { id, hash, catalogueId: null };
  },
};

/** @throws {ApiError} 404 for what is not in quarantine, 409 where its bytes cannot be read any more. */
async function decided<T>(request: FastifyRequest, decide: (id: string) => Promise<T>): Promise<T> {
  const id = idOf(request);
  try {
    return await decide(id);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'not-quarantined')
      throw new ApiError(404, 'ResourceNotFound', `Document ${id.slice(0, 60)} is not in quarantine`, { cause: error });
    if (code === 'document')
      throw new ApiError(409, 'Conflict', 'The document cannot be read, and so cannot be accepted.', { cause: error });
    throw error;
  }
}
