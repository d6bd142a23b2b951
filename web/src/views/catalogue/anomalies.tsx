import { Text } from '@mantine/core';
import { useMemo } from 'react';
import type { Page } from '../../api/contract.ts';
import type { Anomaly } from '../../api/other-contract.ts';
import { KbLink } from '../../parts/links.tsx';
import { Section } from '../../parts/section.tsx';
import type { Column } from '../../table/column.ts';
import { List } from '../../table/list.tsx';
import type { Texts } from '../../texts/en.ts';
import { useTexts } from '../../texts/language-provider.tsx';

/** Where published data contradicts itself. */
export function Anomalies() {
  const texts = useTexts();
  const { catalogue: words } = texts;
  const columns = useMemo(() => anomalyColumns(texts), [texts]);
  const filters = useMemo(() => [{ key: 'kind', label: words.anomalyKind }], [words]);
  return (
    <Section title={words.anomalies} more={words.anomaliesMore}>
      <List<Anomaly, Page<Anomaly>>
        name={words.anomalies}
        counted={words.count}
        path="/v1/catalogue/anomalies"
        columns={columns}
        filters={filters}
        keyOf={({ kind, releaseId, kb, detail }) => `${kind} ${releaseId} ${kb} ${detail}`}
        empty={<Text size="sm">{texts.states.none}</Text>}
      />
    </Section>
  );
}

function anomalyColumns({ catalogue: words, updates, cves }: Texts): readonly Column<Anomaly>[] {
  return [
    { id: 'document', label: words.document, width: 110, cell: ({ releaseId }) => <span>{releaseId}</span> },
    { id: 'kind', label: words.anomalyKind, width: 190, cell: ({ kind }) => <span lang="en">{kind}</span> },
    {
      id: 'kb',
      label: updates.kb,
      width: 112,
      cell: ({ kb }) => (kb === null ? <span>{cves.noKb}</span> : <KbLink kb={kb} />),
    },
    {
      id: 'detail',
      label: words.detail,
      width: 300,
      grow: 2,
      cell: ({ detail }) => <span lang="en">{detail}</span>,
      title: ({ detail }) => detail,
    },
    {
      id: 'products',
      label: words.products,
      width: 200,
      grow: 1,
      cell: ({ products }) => <span>{products.join(', ')}</span>,
      title: ({ products }) => products.join('\n'),
    },
  ];
}
