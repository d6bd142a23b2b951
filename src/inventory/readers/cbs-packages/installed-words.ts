import { encodePage, decodePage } from '../../encoding/code-page.ts';
import { listPages } from '../../encoding/fitting-page.ts';

/** "Installed" in Windows' languages, in lower case. No other state is called so in any of them. */
const words: readonly string[] = [
  'installiert',
  'installé',
  'instalado',
  'installato',
  'geïnstalleerd',
  'zainstalowano',
  'zainstalowany',
  'nainstalováno',
  'instalat',
  'установлен',
  'установлено',
  'встановлено',
  'yüklendi',
  'yüklü',
  'telepítve',
  'installerad',
  'installeret',
  'installert',
  'asennettu',
  'εγκατεστημένο',
  'インストール済み',
  '已安装',
  '已安裝',
  '설치됨',
];

/** Whether a word for a package's state is a known one for "installed", also where its text was read in a wrong code page. */
export function isInstalledWord(word: string): boolean {
  if (words.includes(word.toLowerCase())) return true;
  // In any page ASCII is read right.
  return /[^\p{ASCII}]/u.test(word) && misreadings().has(word);
}

let known: ReadonlySet<string> | undefined;

/**
 * The bytes of each word in every page that can write it, read in every other. Where letters are lost two words may look alike:
 * such a reading says nothing.
 */
function misreadings(): ReadonlySet<string> {
  if (known !== undefined) return known;
  const pages = [...listPages(), 'utf-8'];
  const found = new Set<string>();
  for (const word of words.flatMap((each) => [each, `${each.charAt(0).toUpperCase()}${each.slice(1)}`])) {
    for (const written of pages) {
      const bytes = encodePage(word, written);
      if (bytes === undefined) continue;
      for (const read of pages) found.add(decodePage(bytes, read).trim());
    }
  }
  known = new Set([...found].filter((each) => !each.includes('\ufffd')));
  return known;
}
