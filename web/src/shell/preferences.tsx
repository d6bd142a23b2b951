import { ActionIcon, Group, Menu, useMantineColorScheme } from '@mantine/core';
import type { MantineColorScheme } from '@mantine/core';
import Check from 'lucide-react/icons/check';
import CircleUser from 'lucide-react/icons/circle-user';
import Languages from 'lucide-react/icons/languages';
import SunMoon from 'lucide-react/icons/sun-moon';
import type { ReactNode } from 'react';
import { languageNames, languages } from '../texts/language.ts';
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
      {languages.map((each) => (
        <Choice key={each} chosen={each === language} onChoose={() => choose(each)}>
          <span lang={each}>{languageNames[each]}</span>
        </Choice>
      ))}
    </IconMenu>
  );
}

export function ThemeMenu() {
  const texts = useTexts();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <IconMenu label={texts.app.theme} icon={<SunMoon size={18} aria-hidden />}>
      {schemes.map((each) => (
        <Choice key={each} chosen={each === colorScheme} onChoose={() => setColorScheme(each)}>
          {texts.app[each]}
        </Choice>
      ))}
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
      <Menu.Label>{texts.app.signedInAs(session.name, session.tenant)}</Menu.Label>
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
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={label} title={label} c="inherit">
          {icon}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}

interface ChoiceProps {
  readonly chosen: boolean;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}

function Choice({ chosen, onChoose, children }: ChoiceProps) {
  return (
    <Menu.Item
      role="menuitemradio"
      aria-checked={chosen}
      onClick={onChoose}
      leftSection={chosen ? <Check size={14} aria-hidden /> : <span style={{ width: 14 }} />}
    >
      {children}
    </Menu.Item>
  );
}
