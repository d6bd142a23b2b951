import type { Route } from '../routes/route.ts';

/** Requests that share one count, and how many of them a client may send. */
export interface Limit {
  readonly group: string;
  readonly perMinute: number;
  readonly perHour: number;
}

const machines: Limit = { group: 'machines', perMinute: 100, perHour: 1500 };
const machineVulnerabilities: Limit = { group: 'machine vulnerabilities', perMinute: 50, perHour: 1500 };
const exports: Limit = { group: 'exports', perMinute: 30, perHour: 1000 };
const fileExports: Limit = { group: 'file exports', perMinute: 5, perHour: 20 };

/**
 * By path of the contract, in lower case. What is not here has no documented limit.
 * Source: Microsoft Learn, "List machines API", "Get machine by ID API", "Get discovered vulnerabilities", and the pages
 * "Export … assessment per device", each under "Limitations".
 */
const documented: ReadonlyMap<string, Limit> = new Map([
  ['/machines', machines],
  ['/machines/:id', machines],
  ['/machines/:id/vulnerabilities', machineVulnerabilities],
  ['/machines/softwareinventorybymachine', exports],
  ['/machines/softwareinventorynoproductcodebymachine', exports],
  ['/machines/softwarevulnerabilitiesbymachine', exports],
  ['/machines/softwarevulnerabilitychangesbymachine', exports],
  ['/machines/softwareinventoryexport', fileExports],
  ['/machines/softwareinventorynoncpeexport', fileExports],
  ['/machines/softwarevulnerabilitiesexport', fileExports],
]);

/** Defender's documented limit of a route; `undefined` where it documents none. */
export function documentedLimit({ method, path }: Route): Limit | undefined {
  return method === 'GET' ? documented.get(path.toLowerCase()) : undefined;
}
