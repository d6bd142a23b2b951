/** The registry's `InstallationType`, as written there. */
export type InstallationType = 'Client' | 'Server' | 'Server Core';

/** `client`, `Server Core`, `WorkStation`, `domain_controller` …; `undefined` where it is neither client nor server. */
export function parseInstallationType(text: string): InstallationType | undefined {
  const word = text
    .trim()
    .toLowerCase()
    .replace(/[\s_-]+/g, '');
  if (word === 'servercore' || word === 'nanoserver') return 'Server Core';
  if (word === 'server' || word === 'domaincontroller') return 'Server';
  if (word === 'client' || word === 'workstation') return 'Client';
  return undefined;
}
