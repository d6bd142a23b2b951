import { Text } from '@mantine/core';
import type { TopUpdate } from '../../api/contract.ts';
import { KbLink, ListLink } from '../../parts/links.tsx';
import { ExploitedCount, Quiet, SeverityMark } from '../../parts/marks.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';

interface TopUpdatesProps {
  readonly title: string;
  /** What it means that there is none. */
  readonly none: string;
  readonly updates: readonly TopUpdate[];
  readonly sort?: string;
}

export function TopUpdates({ title, none, updates, sort }: TopUpdatesProps) {
  const texts = useTexts();
  const formats = useFormats();
  return (
    <Section
      title={title}
      aside={
        <ListLink to="/updates" search={{ install: 'true', sort }} label={`${texts.overview.allUpdates}: ${title}`}>
          {texts.overview.allUpdates}
        </ListLink>
      }
    >
      {updates.length === 0 ? (
        <Text size="sm" c="dimmed">
          {none}
        </Text>
      ) : (
        <PlainTable
          name={title}
          rows={updates}
          keyOf={({ kb }) => kb}
          columns={[
            {
              label: texts.overview.update,
              isWide: true,
              cell: ({ kb, name }) => (
                <>
                  <KbLink kb={kb} /> <Quiet>{name}</Quiet>
                </>
              ),
            },
            { label: texts.updates.severity, cell: ({ severity }) => <SeverityMark severity={severity} /> },
            {
              label: texts.overview.exploitedHead,
              isNumber: true,
              cell: ({ kb, exploitedCves }) =>
                exploitedCves === 0 ? (
                  <ExploitedCount count={0} />
                ) : (
                  <ListLink to="/cves" search={{ exploited: 'true', closedBy: kb }}>
                    <ExploitedCount count={exploitedCves} />
                  </ListLink>
                ),
            },
            {
              label: texts.overview.devicesHead,
              isNumber: true,
              cell: ({ kb, devices }) => (
                <ListLink to="/devices" search={{ install: kb }}>
                  {formats.number(devices)}
                </ListLink>
              ),
            },
          ]}
        />
      )}
    </Section>
  );
}
