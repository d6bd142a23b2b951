import { Group, Text } from '@mantine/core';
import type { Overview } from '../../api/contract.ts';
import { ListLink } from '../../parts/links.tsx';
import { Section } from '../../parts/section.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import styles from './judgement.module.css';

/** How much of the fleet could be judged, and why the rest could not: without it no other number means anything. */
export function Judgement({ overview: { devices, reasons } }: { readonly overview: Overview }) {
  const texts = useTexts();
  const formats = useFormats();
  const parts = [
    { coverage: 'assessed', count: devices.assessed },
    { coverage: 'partly-assessed', count: devices.partlyAssessed },
    { coverage: 'not-assessed', count: devices.notAssessed },
  ] as const;
  return (
    <Section
      title={texts.overview.judgement}
      aside={<ListLink to="/devices">{texts.overview.judgementOf(devices.total)}</ListLink>}
    >
      <div className={styles.bar} aria-hidden>
        {parts.map(
          ({ coverage, count }) =>
            count > 0 && <div key={coverage} data-coverage={coverage} style={{ flexGrow: count }} />,
        )}
      </div>
      <Group gap="6px 32px" mt="sm">
        {parts.map(({ coverage, count }) => (
          <ListLink key={coverage} to="/devices" search={{ coverage }} className={styles.part}>
            <span className={styles.dot} data-coverage={coverage} aria-hidden />
            <strong>{formats.number(count)}</strong> {texts.coverage[coverage]}
          </ListLink>
        ))}
        <ListLink to="/devices" search={{ stale: 'true' }} className={styles.part}>
          <strong>{formats.number(devices.stale)}</strong> {texts.overview.stale(devices.staleAfterDays)}
        </ListLink>
      </Group>
      {reasons.length > 0 && (
        <Group gap="4px 16px" mt="sm" className={styles.reasons ?? ''}>
          <Text size="sm" c="dimmed">
            {texts.overview.whyNot}
          </Text>
          {reasons.map(({ reason, partlyAssessed, notAssessed }) => (
            <ListLink key={reason} to="/devices" search={{ reason }} className={styles.reason}>
              {texts.reasons[reason]}{' '}
              <span className={styles.of}>{texts.overview.reasonOf(partlyAssessed, notAssessed)}</span>
            </ListLink>
          ))}
        </Group>
      )}
    </Section>
  );
}
