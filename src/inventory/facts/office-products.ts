import type { InstalledSoftware } from '../inventory.ts';

/** Editions and applications by the word that `ProductReleaseIds` has for them. Source: Microsoft Learn, "Product IDs that are supported by the Office Deployment Tool". */
const names: Readonly<Record<string, string>> = {
  proplus: 'Office Professional Plus',
  professional: 'Office Professional',
  standard: 'Office Standard',
  homebusiness: 'Office Home and Business',
  homestudent: 'Office Home and Student',
  home: 'Office Home',
  personal: 'Office Personal',
  visiopro: 'Visio Professional',
  visiostd: 'Visio Standard',
  projectpro: 'Project Professional',
  projectstd: 'Project Standard',
  word: 'Word',
  excel: 'Excel',
  powerpoint: 'PowerPoint',
  outlook: 'Outlook',
  access: 'Access',
  publisher: 'Publisher',
  onenote: 'OneNote',
};

/**
 * Office Click-to-Run by the registry's `ClickToRun\Configuration`: `O365ProPlusRetail,VisioPro2021Volume` at
 * `16.0.17726.20160`, under the names that Apps & features shows. One build serves all of them.
 */
export function officeProducts(productReleaseIds: string | undefined, version: string): readonly InstalledSoftware[] {
  const ids = (productReleaseIds ?? '').split(/[,;\s]+/).filter((id) => id !== '');
  const found = [...new Set(ids.map(nameOf))];
  return (found.length === 0 ? ['Microsoft Office'] : found).map((name) => ({
    name,
    vendor: 'Microsoft Corporation',
    version,
  }));
}

function nameOf(id: string): string {
  if (/^O365Business/i.test(id)) return 'Microsoft 365 Apps for business';
  if (/^O365(?:ProPlus|EduCloud)/i.test(id)) return 'Microsoft 365 Apps for enterprise';
  if (/^O365/i.test(id)) return 'Microsoft 365';
  const [, word = '', year = '', channel = ''] = /^([A-Za-z]{3,20}?)(20\d\d)?(Retail|Volume)?$/i.exec(id) ?? [];
  const key = word.toLowerCase();
  const name = Object.hasOwn(names, key) ? (names[key] ?? 'Office') : 'Office';
  // From 2021 on what is bought by volume is the long-term edition.
  const longTerm = channel.toLowerCase() === 'volume' && Number(year) >= 2021 && name.startsWith('Office');
  const shown = longTerm ? name.replace('Office', 'Office LTSC') : name;
  return `Microsoft ${shown}${year === '' ? (name === 'Office' ? '' : ' 2016') : ` ${year}`}`;
}
