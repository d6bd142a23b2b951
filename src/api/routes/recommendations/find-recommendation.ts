import type { FastifyRequest } from 'fastify';
import type { SoftwareExposure } from '../../../operations/software-exposure.ts';
import { softwareOfRecommendation, toRecommendation } from '../../contract/recommendation.ts';
import type { Recommendation } from '../../contract/recommendation.ts';
import { notFound } from '../list-answer.ts';
import { idOf } from '../route.ts';
import type { RouteContext } from '../route.ts';

/** The software that the path's recommendation is about. @throws {ApiError} 404 `ResourceNotFound` where nothing is open in it. */
export function recommendedSoftware(request: FastifyRequest, { application, caller }: RouteContext): SoftwareExposure {
  const id = softwareOfRecommendation(idOf(request));
  const software = id === undefined ? undefined : application.exposure.findSoftware(caller, id);
  if (software === undefined || software.exposedDevices === 0) throw notFound('Recommendation', idOf(request));
  return software;
}

/** With the highest base score among what is open in it. */
export function recommendationOf(software: SoftwareExposure, { application, caller }: RouteContext): Recommendation {
  const cves = application.exposure.vulnerabilities(caller, software.cves);
  return toRecommendation(
    software,
    cves.reduce((highest, { baseScore }) => Math.max(highest, baseScore ?? 0), 0),
  );
}

/** One for each software in which a CVE is open on some device. */
export function recommendationsOf(context: RouteContext): readonly Recommendation[] {
  const software = context.application.exposure.listSoftware(context.caller);
  return software.filter(({ exposedDevices }) => exposedDevices > 0).map((each) => recommendationOf(each, context));
}
