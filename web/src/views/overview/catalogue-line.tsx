import { Alert } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import TriangleAlert from 'lucide-react/icons/triangle-alert';
import type { CatalogueBrief } from '../../api/contract.ts';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import links from '../../parts/links.module.css';
import styles from './catalogue-line.module.css';

/** How old the knowledge is that all of this rests on. */
export function CatalogueLine({ catalogue }: { readonly catalogue: CatalogueBrief }) {
  const { overview } = useTexts();
  const formats = useFormats();
  const { starter, newestRelease, ageDays } = catalogue;
  const parts = [
    newestRelease === null ? '' : overview.catalogueTo(formats.month(newestRelease)),
    ageDays === null ? '' : overview.catalogueAge(ageDays),
  ].filter(Boolean);
  return (
    <>
      <Link to="/catalogue" className={links.link}>
        {starter ? overview.catalogueStarter : overview.catalogue}
      </Link>{' '}
      {parts.join(', ')}
    </>
  );
}

export function Warnings({ catalogue: { warnings } }: { readonly catalogue: CatalogueBrief }) {
  const texts = useTexts();
  if (warnings.length === 0) return null;
  return (
    <Alert
      variant="default"
      bg="var(--page-surface)"
      role="note"
      title={texts.overview.warnings}
      icon={<TriangleAlert size={18} color="var(--page-warning)" aria-hidden />}
    >
      <ul className={styles.warnings} lang="en">
        {warnings.map(({ message }) => (
          <li key={message}>{message}</li>
        ))}
      </ul>
    </Alert>
  );
}
