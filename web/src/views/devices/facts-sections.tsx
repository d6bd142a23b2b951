import { Stack, Text } from '@mantine/core';
import type { DeviceDetail } from '../../api/device-contract.ts';
import { KbLink } from '../../parts/links.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';

/** Who said what of the device and when, where they disagree, and what other tools make of it. */
export function DeviceFactsSections({ device: { facts } }: { readonly device: DeviceDetail }) {
  return (
    <>
      <Contradictions contradictions={facts.contradictions} />
      <Opinions opinions={facts.opinions} />
      <Facts facts={facts.facts} />
    </>
  );
}

type Facts = DeviceDetail['facts'];

function Contradictions({ contradictions }: Pick<Facts, 'contradictions'>) {
  const { devices: words } = useTexts();
  const formats = useFormats();
  if (contradictions.length === 0) return null;
  return (
    <Section title={words.contradictions}>
      <PlainTable
        name={words.contradictions}
        rows={contradictions}
        keyOf={({ fact }) => fact}
        columns={[
          { label: words.fact, cell: ({ fact }) => <code>{fact}</code> },
          {
            label: words.value,
            cell: ({ said }) => (
              <Stack gap={2}>
                {said.map(({ source, at, value }) => (
                  <span key={`${source} ${value}`}>
                    {value}{' '}
                    <Text span size="sm" c="dimmed">
                      {[source, at && formats.instant(at)].filter(Boolean).join(', ')}
                    </Text>
                  </span>
                ))}
              </Stack>
            ),
          },
          { label: words.counts, cell: ({ counts }) => <span lang="en">{counts}</span> },
        ]}
      />
    </Section>
  );
}

function Opinions({ opinions }: Pick<Facts, 'opinions'>) {
  const { devices: words, updates } = useTexts();
  if (opinions.length === 0) return null;
  return (
    <Section title={words.opinions} more={words.opinionsMore}>
      <PlainTable
        name={words.opinions}
        tallest={360}
        rows={opinions}
        keyOf={(_opinion, index) => String(index)}
        columns={[
          { label: words.tool, cell: ({ source }) => source },
          { label: updates.kb, cell: ({ kb }) => <KbLink kb={kb} /> },
          { label: words.verdict, cell: ({ verdict }) => verdict },
          { label: updates.name, cell: ({ title }) => title },
        ]}
      />
    </Section>
  );
}

function Facts({ facts }: Pick<Facts, 'facts'>) {
  const { devices: words } = useTexts();
  const formats = useFormats();
  if (facts.length === 0) return null;
  return (
    <Section title={words.facts}>
      <PlainTable
        name={words.facts}
        tallest={420}
        rows={facts}
        keyOf={({ fact }) => fact}
        columns={[
          { label: words.fact, cell: ({ fact }) => <code>{fact}</code> },
          { label: words.value, cell: ({ value }) => value },
          {
            label: words.source,
            cell: ({ sources }) => sources.map(({ source, class: proof }) => `${source} (${proof})`).join(', '),
          },
          { label: words.said, cell: ({ sources: [newest] }) => newest?.at && formats.instant(newest.at) },
        ]}
      />
    </Section>
  );
}
