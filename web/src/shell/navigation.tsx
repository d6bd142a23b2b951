import { NavLink } from '@mantine/core';
import { Link, useLocation } from '@tanstack/react-router';
import Database from 'lucide-react/icons/database';
import KeyRound from 'lucide-react/icons/key-round';
import LayoutDashboard from 'lucide-react/icons/layout-dashboard';
import Monitor from 'lucide-react/icons/monitor';
import PackagePlus from 'lucide-react/icons/package-plus';
import ShieldAlert from 'lucide-react/icons/shield-alert';
import Upload from 'lucide-react/icons/upload';
import { useTexts } from '../texts/language-provider.tsx';
import styles from './shell.module.css';

const views = [
  { to: '/', name: 'overview', Icon: LayoutDashboard },
  { to: '/updates', name: 'updates', Icon: PackagePlus },
  { to: '/devices', name: 'devices', Icon: Monitor },
  { to: '/cves', name: 'cves', Icon: ShieldAlert },
  { to: '/catalogue', name: 'catalogue', Icon: Database },
  { to: '/import', name: 'import', Icon: Upload },
  { to: '/access', name: 'access', Icon: KeyRound },
] as const;

export function Navigation() {
  const texts = useTexts();
  const path = useLocation({ select: ({ pathname }) => pathname });
  return views.map(({ to, name, Icon }) => {
    const isHere = to === '/' ? path === '/' : path === to || path.startsWith(`${to}/`);
    return (
      <NavLink
        key={to}
        className={styles.link ?? ''}
        renderRoot={(props) => <Link to={to} {...props} />}
        active={isHere}
        aria-current={isHere ? 'page' : undefined}
        label={texts.views[name]}
        leftSection={<Icon size={18} strokeWidth={1.75} aria-hidden />}
      />
    );
  });
}
