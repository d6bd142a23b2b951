import type { FastifyRequest } from 'fastify';
import type { SoftwareExposure } from '../../../operations/software-exposure.ts';
import { notFound } from '../list-answer.ts';
import { idOf } from '../route.ts';
import type { RouteContext } from '../route.ts';

/** The software that the path names. @throws {ApiError} 404 `ResourceNotFound` where no device has it. */
export function softwareOf(request: FastifyRequest, { application, caller }: RouteContext): SoftwareExposure {
  const software = application.exposure.findSoftware(caller, idOf(request));
  if (software === undefined) throw notFound('Software', idOf(request));
  return software;
}
