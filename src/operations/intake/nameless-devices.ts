import type { KeptDevice } from '../../inventory/readers/kept-report.ts';

/** What a device is called whose only report does not tell: the same for all, or what its file is called. */
export type NameForNameless = { readonly name: string } | 'by-file';

/** Words that tell what a file holds, not whose it is: `PC1_qfe.csv`, `wmic-PC1.txt`, `PC1/updates.json`. */
const contentWord =
  /^(?:all|cbs|computer ?info|dism|export|get|hotfix(?:es)?|history|host|inventory|json|kbs?|list|missing|os|output|packages?|patch(?:es)?|qfe|reg|registry|report|result|software|sys(?:tem)?(?: ?info)?|updates?|version|windows|wmic?)$/i;
const longestName = 255;

/** The devices of one report; one alone that names itself in no way gets the name. A list of several cannot be told apart. */
export function namedDevices(
  devices: readonly KeptDevice[],
  file: string,
  naming: NameForNameless | undefined,
): readonly KeptDevice[] {
  const [only] = devices;
  if (naming === undefined || only === undefined || devices.length > 1) return devices;
  const { inventory } = only;
  const { id, sourceId, name } = inventory.device;
  if (id !== undefined || sourceId !== undefined || (name ?? '').trim() !== '') return devices;
  const given = naming === 'by-file' ? nameOfFile(file) : naming.name;
  return given === undefined
    ? devices
    : [{ ...only, inventory: { ...inventory, device: { ...inventory.device, name: given } } }];
}

/**
 * `PC1` of `hosts.zip!/berlin/PC1_qfe.csv` and of `PC1/qfe.csv`, `srv1.corp.example` of `srv1.corp.example.txt`; `undefined` where
 * no part of the path is a name.
 */
export function nameOfFile(path: string): string | undefined {
  const parts = path.split(/[/\\]|!\//).filter((part) => part !== '');
  const [file = '', folder = ''] = [parts.pop(), parts.pop()].map((part) => (part ?? '').replace(extensions, ''));
  const own = withoutContentWords(file);
  const name = own === '' ? withoutContentWords(folder) : own;
  return isName(name) ? name : undefined;
}

const extensions = /(?:\.(?:csv|txt|log|out|json|xml|clixml|reg|gz|zst|zip|tar|tgz))+$/i;

function withoutContentWords(text: string): string {
  const words = text.split(/([-_ .]+)/);
  while (words.length > 0 && contentWord.test(words.at(-1) ?? '')) words.splice(-2);
  while (words.length > 0 && contentWord.test(words[0] ?? '')) words.splice(0, 2);
  return words.join('').trim();
}

function isName(text: string): boolean {
  return text.length <= longestName && /^[\p{L}\p{N}][\p{L}\p{N}\p{M}._-]*$/u.test(text);
}
