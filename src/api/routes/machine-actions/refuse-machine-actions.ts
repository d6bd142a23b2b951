import { ApiError } from '../../errors.ts';
import { idOf } from '../route.ts';
import type { Route } from '../route.ts';

/**
 * POST /api/machines/{id}/isolate and the like. Connectors try them on a device that cannot be, to see whether they may; for one
 * that is there the refusal must be plain, since nothing is isolated.
 */
function refuse(action: string): Route {
  return {
    method: 'POST',
    path: `/machines/:id/${action}`,
    roles: [],
    tag: 'Machine actions',
    summary: `Always refused: kbgap runs nothing on devices (${action}).`,
    body: { description: "Defender's parameters; not read.", types: { 'application/json': undefined } },
    async handle(request, _reply, { application, caller }) {
      await application.getDevice(caller, idOf(request));
      const message = `kbgap reads what devices report and runs nothing on them: ${action} is not possible`;
      throw new ApiError(403, 'DisallowedOperation', message);
    },
  };
}

export const refusedMachineActions: readonly Route[] = ['isolate', 'unisolate', 'runliveresponse'].map(refuse);
