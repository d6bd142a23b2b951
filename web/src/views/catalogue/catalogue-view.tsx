import { SimpleGrid, Stack, Text } from '@mantine/core';
import { useAnswer } from '../../api/queries.ts';
import type { CatalogueView as Catalogue } from '../../api/other-contract.ts';
import { Answered } from '../../parts/answered.tsx';
import { Fields } from '../../parts/fields.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import { Warnings } from '../overview/catalogue-line.tsx';
import { Anomalies } from './anomalies.tsx';
import { Changes } from './changes.tsx';
import { Documents } from './documents.tsx';
import { Quarantine } from './quarantine.tsx';

/** What kbgap knows of what Microsoft published, how old that is, and what of it is in doubt. */
export function CatalogueView() {
  const texts = useTexts();
  const answer = useAnswer<Catalogue>('/v1/catalogue');
  return (
    <>
      <PageTitle title={texts.catalogue.title} />
      <Answered answer={answer}>
        {(catalogue) => (
          <Stack gap="md">
            <Warnings catalogue={catalogue} />
            <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
              <Knowledge catalogue={catalogue} />
              <Feeds catalogue={catalogue} />
            </SimpleGrid>
            <Changes />
            <Quarantine documents={catalogue.quarantine} />
            <Documents documents={catalogue.documents} />
            <Anomalies />
          </Stack>
        )}
      </Answered>
    </>
  );
}

function Knowledge({ catalogue }: { readonly catalogue: Catalogue }) {
  const { catalogue: words } = useTexts();
  const formats = useFormats();
  const { newestRelease, currentTo, ageDays, starter } = catalogue;
  return (
    <Section title={words.knowledge}>
      <Fields
        fields={[
          [words.to, newestRelease && formats.month(newestRelease)],
          [words.current, currentTo && formats.instant(currentTo)],
          [words.age, ageDays !== null && words.ageDays(ageDays)],
          [words.kbs, formats.number(catalogue.kbs)],
          [words.cves, formats.number(catalogue.cves)],
          [words.products, formats.number(catalogue.products)],
          [words.id, <code key="id">{catalogue.id}</code>],
        ]}
      />
      {starter && (
        <Text size="sm" c="dimmed" mt="sm">
          {words.starter}
        </Text>
      )}
    </Section>
  );
}

function Feeds({ catalogue: { feeds } }: { readonly catalogue: Catalogue }) {
  const { catalogue: words } = useTexts();
  const formats = useFormats();
  return (
    <Section title={words.feeds}>
      <PlainTable
        name={words.feeds}
        rows={feeds}
        keyOf={({ feed }) => feed}
        columns={[
          { label: words.feed, cell: ({ title }) => <span lang="en">{title}</span> },
          { label: words.feedState, cell: ({ state }) => (state === 'absent' ? words.absent : words.present) },
          { label: words.feedDate, cell: ({ date }) => date && formats.day(date) },
          { label: words.records, isNumber: true, cell: ({ records }) => records !== null && formats.number(records) },
        ]}
      />
    </Section>
  );
}
