import type { Route } from '../../src/api/routes/route.ts';
import { contractRoutes, foreignRoutes, ownRoutes } from '../../src/api/routes/routes.ts';

/** What an address's `{id}` is, by what stands before it. A route with another one needs a line here. */
const ids: readonly (readonly [before: RegExp, id: string])[] = [
  [/^\/(?:machines|devices)\/:id/i, 'pc1'],
  [/^\/software\/:id/i, 'microsoft-_-windows_11'],
  [/^\/cves\/:id/i, 'CVE-2020-0645'],
  [/^\/updates\/:id/i, '4540673'],
  [/^\/vulnerabilities\/:id/i, 'CVE-2025-54518'],
  [/^\/recommendations\/:id/i, 'va-_-microsoft-_-windows_11'],
  [/^\/catalogue\/quarantine\/:id/i, '2026-Jun'],
  [/^\/clients\/:id/i, '5b0d8a3c-2f4e-4c1b-9a77-1f2e3d4c5b6a'],
];

/** Functions with parameters, which stand in brackets behind their name. */
const calls: Readonly<Record<string, string>> = {
  findbytag: "(tag='lab')",
  findbyip: "(ip='10.0.0.1',timestamp=2026-11-23T12:00:00Z)",
};

/** What an address must be asked with. */
const required: Readonly<Record<string, string>> = {
  '/devices/:id/why': 'kb=4540673',
  '/machines/SoftwareVulnerabilityChangesByMachine': 'sinceTime=2026-11-20T12:00:00Z',
  '/search': 'q=pc',
};

const report = {
  schema: 'kbgap-inventory/1',
  device: { name: 'pc2' },
  os: { name: 'Windows 11 Pro', build: '10.0.26100.8000', architecture: 'x64', installationType: 'Client' },
};

const systeminfo = `\r
Host Name:                 PC2\r
OS Name:                   Microsoft Windows 10 Enterprise\r
OS Version:                10.0.18363 N/A Build 18363\r
System Type:               x64-based PC\r
Hotfix(s):                 1 Hotfix(s) Installed.\r
                           [01]: KB4532693\r
`;

const vuls = {
  'X-Vuls-OS-Family': 'windows',
  'X-Vuls-Server-Name': 'pc2',
  'X-Vuls-OS-Release': 'Windows 10 Version 1909 for x64-based Systems',
  'X-Vuls-Kernel-Version': '10.0.18363.657',
};

/** A route at one of its addresses, and what is sent to have a good answer of it. */
export interface RouteSample {
  readonly route: Route;
  /** `/api/v1.0/machines/:id` */
  readonly pattern: string;
  /** `/api/v1.0/machines/pc1` */
  readonly url: string;
  readonly urlOf: (id: string) => string;
  /** An address of the route with whatever it must be asked with. */
  readonly asked: (url: string) => string;
  readonly payload: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** Of a good answer; what is always refused, or acts on what is not there, says so. */
  readonly status: number;
  /** Code of the error, where there is one. */
  readonly code: string | undefined;
}

/** Every route of the lists, at every address it has. @throws {TypeError} for one that has no sample. */
export const routeSamples: readonly RouteSample[] = [
  ...contractRoutes.flatMap((route) => [sampleOf('/api', route), sampleOf('/api/v1.0', route)]),
  ...ownRoutes.map((route) => sampleOf('/v1', route)),
  ...foreignRoutes.map((route) => sampleOf('', route)),
];

function sampleOf(prefix: string, route: Route): RouteSample {
  const pattern = `${prefix}${route.path}`;
  const id = ids.find(([before]) => before.test(route.path))?.[1];
  const plain = pattern.replace(/(findby\w+)(?::args)?$/, (_, name: string) => `${name}${calls[name] ?? ''}`);
  const urlOf = (value: string): string => plain.replace(':id', value);
  if (id === undefined && pattern.includes(':') && plain === pattern)
    throw new TypeError(`${pattern}: expected a line in route-samples.ts`);
  const isRefused = route.method === 'POST' && route.path.startsWith('/machines/');
  // Nothing is in quarantine there, and no client has that id.
  const isNothing = /^\/(?:catalogue\/quarantine|clients)\/:id/.test(route.path);
  const needed = required[route.path];
  return {
    route,
    pattern,
    url: urlOf(id ?? ''),
    urlOf,
    asked: (url) => (needed === undefined ? url : `${url}${url.includes('?') ? '&' : '?'}${needed}`),
    payload: payloadOf(route),
    headers: route.path === '/vuls' ? vuls : {},
    status: isRefused ? 403 : isNothing ? 404 : 200,
    code: isRefused ? 'DisallowedOperation' : isNothing ? 'ResourceNotFound' : undefined,
  };
}

function payloadOf({ method, path }: Route): string | undefined {
  if (method !== 'POST' || path.startsWith('/catalogue/')) return undefined;
  if (path === '/vuls') return systeminfo;
  if (path === '/clients') return JSON.stringify({ name: 'made by a walk' });
  return JSON.stringify(path.startsWith('/machines/') ? {} : report);
}
