import { Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { Why } from '../../api/device-contract.ts';
import links from '../../parts/links.module.css';
import { CveLink, KbLink } from '../../parts/links.tsx';
import { VerdictMark } from '../../parts/marks.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import styles from './why-text.module.css';

const tallest = 300;

/** The evidence: sentences first, then the facts, rows and documents that they rest on. */
export function WhyText({ why }: { readonly why: Why }) {
  const texts = useTexts();
  const formats = useFormats();
  const words = texts.why;
  return (
    <div className={styles.why}>
      <VerdictMark verdict={why.verdict} />
      <Part title={words.because}>
        <Sentences sentences={why.because} />
      </Part>
      {why.wouldFlip.length > 0 && (
        <Part title={words.wouldFlip}>
          <Sentences sentences={why.wouldFlip} />
        </Part>
      )}
      {why.facts.length > 0 && (
        <Part title={words.factsUsed}>
          <PlainTable
            name={words.factsUsed}
            rows={why.facts}
            keyOf={({ fact, value }) => `${fact} ${value}`}
            columns={[
              { label: texts.devices.fact, cell: ({ fact }) => <code>{fact}</code> },
              { label: texts.devices.value, cell: ({ value }) => value },
              { label: texts.devices.source, cell: ({ source }) => source },
            ]}
          />
        </Part>
      )}
      {why.rows.length > 0 && (
        <Part title={words.rowsUsed}>
          <PlainTable
            name={words.rowsUsed}
            tallest={tallest}
            rows={why.rows}
            keyOf={(_row, index) => String(index)}
            columns={[
              { label: words.cve, cell: ({ vulnerability }) => <CveLink id={vulnerability} /> },
              { label: texts.updates.kb, cell: ({ kb }) => (kb === null ? texts.cves.noKb : <KbLink kb={kb} />) },
              { label: words.product, cell: ({ product }) => product },
              { label: words.type, cell: ({ subType }) => subType },
              { label: words.fixedBuild, cell: ({ fixedBuild }) => fixedBuild },
              { label: words.document, cell: ({ releaseId }) => releaseId },
            ]}
          />
        </Part>
      )}
      <Text size="sm" c="dimmed" mt="sm">
        {words.documents}:{' '}
        {why.documents.map(({ releaseId, revisedAt, hash }, index) => (
          <span key={hash} title={hash}>
            {index > 0 && ', '}
            <Link to="/catalogue" search={{ document: releaseId } as never} className={links.link}>
              {releaseId}
            </Link>{' '}
            ({words.revised(formats.day(revisedAt.slice(0, 10)))})
          </span>
        ))}
        {' · '}
        {words.rule}: <code>{why.rule}</code>
      </Text>
    </div>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.part}>
      <Title order={3} size="sm">
        {title}
      </Title>
      {children}
    </section>
  );
}

/** In the server's words, which are English. */
function Sentences({ sentences }: { readonly sentences: readonly string[] }) {
  return (
    <ul className={styles.sentences} lang="en">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}
