import { SimpleGrid } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Overview } from '../../api/contract.ts';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import { ListLink } from '../../parts/links.tsx';
import type { UrlSearch } from '../../url-search.ts';
import styles from './figures.module.css';

/** The four numbers that one comes for. */
export function Figures({
  overview: { nothingMissing, missing, openCves, exploited },
}: {
  readonly overview: Overview;
}) {
  const texts = useTexts();
  const words = texts.overview;
  const isWhollyJudged = nothingMissing.judged > 0;
  const isJudged = isWhollyJudged || nothingMissing.partlyJudged > 0;
  const whereJudged = (count: number): number | null => (isJudged ? count : null);
  return (
    <SimpleGrid cols={{ base: 1, xs: 2, lg: 4 }} spacing="md">
      <Figure
        label={words.nothingMissing}
        value={isWhollyJudged ? nothingMissing.devices : null}
        tone={isWhollyJudged && nothingMissing.devices === nothingMissing.judged ? 'good' : undefined}
        to="/devices"
        search={{ coverage: 'assessed', clean: 'true' }}
        more={
          <ListLink to="/devices" search={{ coverage: isJudged ? 'assessed' : 'not-assessed' }}>
            {isJudged ? words.nothingMissingOf(nothingMissing.judged) : texts.judged.none}
          </ListLink>
        }
        also={
          nothingMissing.partlyJudged > 0 && (
            <>
              <ListLink to="/devices" search={{ coverage: 'partly-assessed', clean: 'true' }}>
                {words.nothingMissingPartly(nothingMissing.partlyDevices)}
              </ListLink>{' '}
              <ListLink to="/devices" search={{ coverage: 'partly-assessed' }}>
                {words.nothingMissingPartlyOf(nothingMissing.partlyJudged)}
              </ListLink>
            </>
          )
        }
      />
      <Figure
        label={words.missingUpdates}
        value={whereJudged(missing.toInstall)}
        to="/updates"
        search={{ install: 'true' }}
        more={isJudged && <OnDevices count={missing.devices} search={{ lacking: 'true' }} />}
        also={isJudged && <ListLink to="/updates">{words.missingAll(missing.updates)}</ListLink>}
      />
      <Figure
        label={words.openCves}
        value={whereJudged(openCves.cves)}
        to="/cves"
        more={isJudged && <OnDevices count={openCves.devices} search={{ open: 'true' }} />}
      />
      <Figure
        label={words.exploitedCves}
        value={whereJudged(exploited.cves)}
        tone={exploited.cves > 0 ? 'danger' : undefined}
        to="/cves"
        search={{ exploited: 'true' }}
        more={isJudged && <OnDevices count={exploited.devices} search={{ exploited: 'true' }} />}
      />
    </SimpleGrid>
  );
}

function OnDevices({ count, search }: { readonly count: number; readonly search: UrlSearch }) {
  const { overview } = useTexts();
  return (
    <ListLink to="/devices" search={search}>
      {overview.missingOn(count)}
    </ListLink>
  );
}

interface FigureProps {
  readonly label: string;
  /** `null`: nothing was judged that it could be said of. */
  readonly value: number | null;
  readonly tone?: 'good' | 'danger' | undefined;
  readonly to: '/devices' | '/updates' | '/cves';
  readonly search?: UrlSearch;
  readonly more: ReactNode;
  readonly also?: ReactNode;
}

/** Each of its numbers leads to a list of as many. */
function Figure({ label, value, tone, to, search = {}, more, also }: FigureProps) {
  const formats = useFormats();
  const shown = value === null ? '–' : formats.number(value);
  return (
    <div className={styles.figure} data-tone={tone}>
      <span className={styles.label}>{label}</span>
      <Link to={to} search={search as never} className={styles.value} aria-label={`${label}: ${shown}`}>
        {shown}
      </Link>
      <span className={styles.more}>{more}</span>
      {also !== undefined && also !== false && <span className={styles.also}>{also}</span>}
    </div>
  );
}
