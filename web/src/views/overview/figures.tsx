import { SimpleGrid } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Overview } from '../../api/contract.ts';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import type { UrlSearch } from '../../url-search.ts';
import styles from './figures.module.css';

/** The four numbers that one comes for, each leading to its list. */
export function Figures({
  overview: { nothingMissing, missing, openCves, exploited },
}: {
  readonly overview: Overview;
}) {
  const texts = useTexts();
  const words = texts.overview;
  const isJudged = nothingMissing.judged > 0;
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="md">
      <Figure
        label={words.nothingMissing}
        value={isJudged ? nothingMissing.devices : null}
        tone={isJudged && nothingMissing.devices === nothingMissing.judged ? 'good' : undefined}
        to="/devices"
        search={{ coverage: 'assessed', clean: 'true' }}
        more={isJudged ? words.nothingMissingOf(nothingMissing.judged) : texts.judged.none}
        also={
          nothingMissing.partlyJudged > 0 &&
          words.nothingMissingPartly(nothingMissing.partlyDevices, nothingMissing.partlyJudged)
        }
      />
      <Figure
        label={words.missingUpdates}
        value={missing.toInstall}
        to="/updates"
        search={{ install: 'true' }}
        more={words.missingOn(missing.devices)}
        also={words.missingAll(missing.updates)}
      />
      <Figure label={words.openCves} value={openCves.cves} to="/cves" more={words.missingOn(openCves.devices)} />
      <Figure
        label={words.exploitedCves}
        value={exploited.cves}
        tone={exploited.cves > 0 ? 'danger' : undefined}
        to="/cves"
        search={{ exploited: 'true' }}
        more={words.missingOn(exploited.devices)}
      />
    </SimpleGrid>
  );
}

interface FigureProps {
  readonly label: string;
  /** `null`: nothing was judged that it could be said of. */
  readonly value: number | null;
  readonly tone?: 'good' | 'danger' | undefined;
  readonly to: '/devices' | '/updates' | '/cves';
  readonly search?: UrlSearch;
  readonly more: string;
  readonly also?: ReactNode;
}

function Figure({ label, value, tone, to, search = {}, more, also }: FigureProps) {
  const formats = useFormats();
  return (
    <Link to={to} search={search as never} className={styles.figure} data-tone={tone}>
      <span className={styles.label}>{label}</span>
      <span className={styles.value}>{value === null ? '–' : formats.number(value)}</span>
      <span className={styles.more}>{more}</span>
      {also !== undefined && also !== false && <span className={styles.also}>{also}</span>}
    </Link>
  );
}
