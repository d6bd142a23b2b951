/** The languages that the page speaks, by the tag of its texts. */
export const languages = ['en', 'zh-TW'] as const;

export type Language = (typeof languages)[number];

/** In their own words: whoever cannot read the page must find it. */
export const languageNames: Readonly<Record<Language, string>> = { en: 'English', 'zh-TW': '繁體中文' };

const storageKey = 'kbgap-language';

/** What was chosen here before, else the first of the browser's languages that the page speaks, else English. */
export function chooseLanguage(kept: string | null, wanted: readonly string[]): Language {
  const known = languages.find((language) => language === kept);
  return known ?? wanted.map(languageOf).find((language) => language !== undefined) ?? 'en';
}

/** `zh-Hant-HK` is Traditional Chinese; Simplified is not spoken here, nor what is no language tag. */
function languageOf(tag: string): Language | undefined {
  try {
    const { language, script } = new Intl.Locale(tag).maximize();
    if (language === 'en') return 'en';
    return language === 'zh' && script === 'Hant' ? 'zh-TW' : undefined;
  } catch {
    return undefined;
  }
}

/** The browser's variety of the language: its dates are the reader's. */
export function localeOf(language: Language, wanted: readonly string[]): string {
  return wanted.find((tag) => languageOf(tag) === language) ?? language;
}

/** `null` too where the browser keeps nothing for this page. */
export function keptLanguage(): string | null {
  try {
    return localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

export function keepLanguage(language: Language): void {
  try {
    localStorage.setItem(storageKey, language);
  } catch {
    // It holds until the page is left.
  }
}
