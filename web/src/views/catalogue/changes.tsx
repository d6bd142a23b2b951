import { Text } from '@mantine/core';
import type { CatalogueChange } from '../../api/other-contract.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answered.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';

/** The last catalogues that came into force, and what each changed for the devices that are seen. */
export function Changes() {
  const { catalogue: words } = useTexts();
  const formats = useFormats();
  const answer = useAnswer<{ readonly changes: readonly CatalogueChange[] }>('/v1/changes', { top: '10', items: '0' });
  const orNone = (value: number | undefined) => value !== undefined && formats.number(value);
  return (
    <Section title={words.changes}>
      <Answered answer={answer}>
        {({ changes }) =>
          changes.length === 0 ? (
            <Text size="sm" c="dimmed">
              {words.changesNone}
            </Text>
          ) : (
            <PlainTable
              name={words.changes}
              tallest={320}
              rows={changes}
              keyOf={({ publishedAt }) => publishedAt}
              columns={[
                { label: words.since, cell: ({ publishedAt }) => formats.instant(publishedAt) },
                { label: words.documents, isNumber: true, cell: ({ documents }) => formats.number(documents.total) },
                {
                  label: words.judgedOtherwise,
                  isNumber: true,
                  cell: ({ verdicts }) => orNone(verdicts?.devices.changed),
                },
                { label: words.newKbs, isNumber: true, cell: ({ verdicts }) => orNone(verdicts?.kbs.newlyMissing) },
                { label: words.newCves, isNumber: true, cell: ({ verdicts }) => orNone(verdicts?.cves.newlyOpen) },
                { label: words.closedCves, isNumber: true, cell: ({ verdicts }) => orNone(verdicts?.cves.closed) },
              ]}
            />
          )
        }
      </Answered>
    </Section>
  );
}
