import { Button, Stack, Text } from '@mantine/core';
import type { CatalogueDocument, Revision } from '../../api/other-contract.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answered.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { useListSearch } from '../../table/use-list-search.ts';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';

/** The documents in force, and the revisions of the one that the address names. */
export function Documents({ documents }: { readonly documents: readonly CatalogueDocument[] }) {
  const { catalogue: words } = useTexts();
  const formats = useFormats();
  const [search, change] = useListSearch();
  const chosen = search['document'];
  return (
    <>
      {chosen !== undefined && chosen !== '' && <Revisions id={chosen} />}
      <Section title={`${words.documents} (${formats.number(documents.length)})`}>
        <PlainTable
          name={words.documents}
          tallest={420}
          rows={documents}
          keyOf={({ id }) => id}
          columns={[
            { label: words.document, cell: ({ id }) => id },
            { label: words.documentTitle, cell: ({ title }) => <span lang="en">{title}</span> },
            { label: words.released, cell: ({ initialReleaseAt }) => formats.day(initialReleaseAt.slice(0, 10)) },
            { label: words.revised, cell: ({ revisedAt }) => formats.day(revisedAt.slice(0, 10)) },
            {
              label: words.vulnerabilities,
              isNumber: true,
              cell: ({ vulnerabilities }) => formats.number(vulnerabilities),
            },
            { label: words.kbRows, isNumber: true, cell: ({ kbRows }) => formats.number(kbRows) },
            {
              label: words.revisions,
              cell: ({ id }) => (
                <Button
                  size="compact-xs"
                  variant="default"
                  aria-label={words.showRevisions(id)}
                  onClick={() => change({ document: id })}
                >
                  {words.revisions}
                </Button>
              ),
            },
          ]}
        />
      </Section>
    </>
  );
}

function Revisions({ id }: { readonly id: string }) {
  const { catalogue: words, states } = useTexts();
  const formats = useFormats();
  const answer = useAnswer<{ readonly revisions: readonly Revision[] }>('/v1/catalogue/revisions', { id });
  const orNone = (value: number | null) => value !== null && formats.number(value);
  return (
    <Section title={words.revisionsOf(id)}>
      <Answered answer={answer}>
        {({ revisions }) =>
          revisions.length === 0 ? (
            <Text size="sm" c="dimmed">
              {states.none}
            </Text>
          ) : (
            <PlainTable
              name={words.revisionsOf(id)}
              tallest={320}
              rows={revisions}
              keyOf={({ hash, seenOn }) => `${hash} ${seenOn}`}
              columns={[
                { label: words.revised, cell: ({ revisedAt }) => formats.instant(revisedAt) },
                { label: words.seen, cell: ({ seenOn }) => formats.day(seenOn) },
                {
                  label: words.vulnerabilities,
                  isNumber: true,
                  cell: ({ vulnerabilities }) => orNone(vulnerabilities),
                },
                { label: words.kbRows, isNumber: true, cell: ({ kbRows }) => orNone(kbRows) },
                {
                  label: words.id,
                  cell: ({ hash, inForce }) => (
                    <Stack gap={0}>
                      <code>{hash.slice(0, 24)}</code>
                      {inForce && <strong>{words.inForce}</strong>}
                    </Stack>
                  ),
                },
              ]}
            />
          )
        }
      </Answered>
    </Section>
  );
}
