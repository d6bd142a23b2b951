import type { InstallationType } from '../../terms/installation-type.ts';

/**
 * Client or server by the name of the system, `Microsoft Windows Server 2022 Standard`; a server's Core installation no name
 * tells. `undefined` where the name says neither: it is never guessed.
 */
export function installationTypeOfName(name: string | undefined): InstallationType | undefined {
  if (name === undefined) return undefined;
  // Old consoles turn the registered sign into a letter: "Windowsr Serverr 2008".
  if (/\bServer(?:\b|\S? \d{4})/i.test(name)) return 'Server';
  return /Windows\S{0,3} (?:XP|Vista|7|8|8\.1|10|11)(?!\d)/i.test(name) ? 'Client' : undefined;
}
