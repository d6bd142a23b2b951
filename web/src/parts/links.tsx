import { Link } from '@tanstack/react-router';
import ExternalLink from 'lucide-react/icons/external-link';
import type { ReactNode } from 'react';
import type { UrlSearch } from '../url-search.ts';
import styles from './links.module.css';

export function KbLink({ kb }: { readonly kb: string }) {
  return (
    <Link to="/updates/$kb" params={{ kb }} className={styles.link}>
      KB{kb}
    </Link>
  );
}

export function CveLink({ id }: { readonly id: string }) {
  return (
    <Link to="/cves/$id" params={{ id }} className={styles.link}>
      {id}
    </Link>
  );
}

export function DeviceLink({ id, children }: { readonly id: string; readonly children: ReactNode }) {
  return (
    <Link to="/devices/$id" params={{ id }} className={styles.link}>
      {children}
    </Link>
  );
}

interface ListLinkProps {
  readonly to: '/devices' | '/updates' | '/cves';
  /** Filters of the list. */
  readonly search?: UrlSearch;
  readonly className?: string | undefined;
  readonly label?: string;
  readonly children: ReactNode;
}

/** To the list behind a number. */
export function ListLink({ to, search = {}, className = styles.link, label, children }: ListLinkProps) {
  return (
    <Link to={to} search={search as never} className={className} aria-label={label}>
      {children}
    </Link>
  );
}

/** Leads away from kbgap, in a tab of its own, and tells nothing of where it came from. */
export function AwayLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  if (!/^https?:\/\//.test(href)) return <span>{children}</span>;
  return (
    <a href={href} target="_blank" rel="noreferrer noopener" className={styles.away}>
      <span>{children}</span>
      <ExternalLink size={13} aria-hidden />
    </a>
  );
}
