import { createContext, use, useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { en } from './en.ts';
import type { Texts } from './en.ts';
import { formatsOf } from './formats.ts';
import type { Formats } from './formats.ts';
import { chooseLanguage, keepLanguage, keptLanguage, localeOf } from './language.ts';
import type { Language } from './language.ts';

interface Spoken {
  readonly language: Language;
  readonly texts: Texts;
  readonly formats: Formats;
  readonly choose: (language: Language) => void;
}

const Context = createContext<Spoken | undefined>(undefined);

/** English comes with the page; another language is loaded when it is chosen. */
const load: Readonly<Record<Language, () => Promise<Texts>>> = {
  en: async () => en,
  'zh-TW': async () => (await import('./zh-tw.ts')).zhTw,
};

export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [chosen, setChosen] = useState(() => chooseLanguage(keptLanguage(), navigator.languages));
  const [shown, setShown] = useState<{ readonly language: Language; readonly texts: Texts }>();
  useEffect(() => {
    let current = true;
    void load[chosen]().then((texts) => {
      if (!current) return;
      document.documentElement.lang = chosen;
      setShown({ language: chosen, texts });
    });
    return () => {
      current = false;
    };
  }, [chosen]);
  const spoken = useMemo<Spoken | undefined>(
    () =>
      shown && {
        ...shown,
        formats: formatsOf(localeOf(shown.language, navigator.languages)),
        choose(language) {
          keepLanguage(language);
          setChosen(language);
        },
      },
    [shown],
  );
  return spoken === undefined ? null : <Context value={spoken}>{children}</Context>;
}

function useSpoken(): Spoken {
  const spoken = use(Context);
  if (spoken === undefined) throw new Error('expected a LanguageProvider around the page, found none');
  return spoken;
}

export function useTexts(): Texts {
  return useSpoken().texts;
}

export function useFormats(): Formats {
  return useSpoken().formats;
}

export function useLanguage(): Pick<Spoken, 'language' | 'choose'> {
  return useSpoken();
}
