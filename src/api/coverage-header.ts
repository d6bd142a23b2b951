import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Assessment } from '../assessment/assessment.ts';
import type { DeviceRow } from '../store/store.ts';
import type { Application } from '../operations/application.ts';
import type { Caller } from './auth/bearer.ts';
import type { Route } from './routes/route.ts';

/** `assessed`, or `not-assessed; reason=no-patch-evidence`: an empty list is never left to speak for itself. */
export function coverageHeader({ coverage, undetermined }: Assessment): string {
  const reasons = [...new Set(undetermined.map(({ reason }) => reason))].sort();
  return reasons.length === 0 ? coverage : `${coverage}; reason=${reasons.join(',')}`;
}

/** Whether a route's answer is about the one device that its address names. */
export function isAboutDevice({ path }: Pick<Route, 'path'>): boolean {
  return /^\/(?:machines|devices)\/:id(?:\/|$)/i.test(path);
}

const deviceRoles = /^(?:Machine|Software|Vulnerability|SecurityRecommendation|Score)\./;

/** Whether a route's answer rests on all devices that the caller sees: its roles are those that open what devices have. */
export function isAboutDevices({ roles, isPublished }: Pick<Route, 'roles' | 'isPublished'>): boolean {
  return isPublished !== true && roles.some((role) => deviceRoles.test(role));
}

interface Asked {
  readonly route: Route;
  readonly application: Application;
  readonly caller: Caller;
}

/**
 * `X-Kbgap-Coverage` of the device that is asked about, or of all devices the caller sees: `assessed=812; partly-assessed=3;
 * not-assessed=1`. What tells nothing of devices has none.
 */
export async function setCoverage(
  { route, application, caller }: Asked,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<void> {
  if (isAboutDevice(route)) {
    const device = await findDevice(application, caller, (request.params as { readonly id: string }).id);
    if (device !== undefined) reply.header('x-kbgap-coverage', coverageHeader(application.getAssessment(device)));
  } else if (isAboutDevices(route)) {
    const counts = Object.entries(application.countCoverage(caller)).map(([name, count]) => `${name}=${count}`);
    reply.header('x-kbgap-coverage', counts.join('; '));
  }
}

/** The route itself says that there is none. */
async function findDevice(application: Application, caller: Caller, id: string): Promise<DeviceRow | undefined> {
  try {
    return await application.getDevice(caller, id);
  } catch {
    return undefined;
  }
}
