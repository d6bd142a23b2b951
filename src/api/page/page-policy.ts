import type { FastifyHelmetOptions } from '@fastify/helmet';

const self = ["'self'"];
const none = ["'none'"];

/** Of a document without script or style. */
export function plainPolicy(isSecure: boolean): FastifyHelmetOptions {
  return policy({}, isSecure);
}

/**
 * Scripts and data from this server alone; style elements by the nonce of each answer, for the component library writes some. No
 * `upgrade-insecure-requests`: over plain HTTP the page would stay white.
 */
export function pagePolicy(isSecure: boolean): FastifyHelmetOptions {
  const allowed = { scriptSrc: self, styleSrc: self, imgSrc: self, connectSrc: self };
  return { ...policy(allowed, isSecure), enableCSPNonces: true };
}

function policy(allowed: Readonly<Record<string, string[]>>, isSecure: boolean): FastifyHelmetOptions {
  const directives = { defaultSrc: none, ...allowed, baseUri: none, frameAncestors: none, formAction: none };
  return { contentSecurityPolicy: { useDefaults: false, directives }, strictTransportSecurity: isSecure };
}
