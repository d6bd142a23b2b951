import { AppShell, Burger, Group } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect } from 'react';
import { Failed, Loading } from '../parts/states.tsx';
import { useTexts } from '../texts/language-provider.tsx';
import { useSession } from '../use-session.ts';
import { Navigation } from './navigation.tsx';
import { Preferences } from './preferences.tsx';
import { SearchBox } from './search-box.tsx';
import styles from './shell.module.css';
import { SignIn } from './sign-in.tsx';

/** Header, navigation and the view; who is not signed in gets the sign-in at whatever address. */
export function Shell() {
  const session = useSession();
  if (session.isPending) return <Loading />;
  if (session.isError) return <Failed error={session.error} retry={() => void session.refetch()} />;
  return session.data === null ? <SignIn /> : <SignedIn />;
}

function SignedIn() {
  const texts = useTexts();
  const [opened, { toggle, close }] = useDisclosure();
  const path = useLocation({ select: ({ pathname }) => pathname });
  useEffect(close, [path, close]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={{ base: 'sm', sm: 'lg' }}
      classNames={{ header: styles.header ?? '', navbar: styles.navbar ?? '', main: styles.main ?? '' }}
    >
      <a href="#content" className={styles.skip}>
        {texts.app.skip}
      </a>
      <AppShell.Header>
        <Group h="100%" px={{ base: 'xs', sm: 'md' }} gap="sm" wrap="nowrap">
          <Burger
            opened={opened}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-expanded={opened}
            aria-label={opened ? texts.app.closeNavigation : texts.app.openNavigation}
          />
          <Link to="/" className={styles.brand}>
            <img src="/icon.svg" alt="" width={26} height={26} />
            <span className={styles.brandName}>kbgap</span>
          </Link>
          <SearchBox />
          <Preferences />
        </Group>
      </AppShell.Header>
      <AppShell.Navbar aria-label={texts.app.navigation}>
        <Navigation />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <div className={styles.content}>
          <Outlet />
        </div>
      </AppShell.Main>
    </AppShell>
  );
}
