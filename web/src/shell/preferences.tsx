import { ActionIcon, Group, Menu, useMantineColorScheme } from '@mantine/core';
import type { MantineColorScheme } from '@mantine/core';
import CircleUser from 'lucide-react/icons/circle-user';
import Languages from 'lucide-react/icons/languages';
import SunMoon from 'lucide-react/icons/sun-moon';
import type { ReactNode } from 'react';
import { languageNames, languages } from '../texts/language.ts';
import type { Language } from '../texts/language.ts';
import { useLanguage, useTexts } from '../texts/language-provider.tsx';
import { useSession, useSignOut } from '../use-session.ts';

const schemes: readonly MantineColorScheme[] = ['light', 'dark', 'auto'];

/** Language, colours, and who is signed in. */
export function Preferences() {
  return (
    <Group gap={4} wrap="nowrap" ml="auto">
      <LanguageMenu />
      <ThemeMenu />
      <AccountMenu />
    </Group>
  );
}

export function LanguageMenu() {
  const texts = useTexts();
  const { language, choose } = useLanguage();
  return (
    <IconMenu label={texts.app.language} icon={<Languages size={18} aria-hidden />}>
      <Menu.RadioGroup value={language} onChange={(value) => choose(value as Language)}>
        {languages.map((each) => (
          <Menu.RadioItem key={each} value={each} closeMenuOnClick>
            <span lang={each}>{languageNames[each]}</span>
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </IconMenu>
  );
}

export function ThemeMenu() {
  const texts = useTexts();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <IconMenu label={texts.app.theme} icon={<SunMoon size={18} aria-hidden />}>
      <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
        {schemes.map((each) => (
          <Menu.RadioItem key={each} value={each} closeMenuOnClick>
            {texts.app[each]}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </IconMenu>
  );
}

function AccountMenu() {
  const texts = useTexts();
  const { data: session } = useSession();
  const signOut = useSignOut();
  if (session === null || session === undefined) return null;
  return (
    <IconMenu label={texts.app.account} icon={<CircleUser size={18} aria-hidden />}>
      <Menu.Label>{texts.app.signedInAs(session.name, session.tenant.name)}</Menu.Label>
      <Menu.Item component="a" href="/v1/docs">
        {texts.app.apiDocs}
      </Menu.Item>
      <Menu.Item onClick={() => void signOut()}>{texts.app.signOut}</Menu.Item>
    </IconMenu>
  );
}

interface IconMenuProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}

function IconMenu({ label, icon, children }: IconMenuProps) {
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} title={label} c="inherit">
          {icon}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
