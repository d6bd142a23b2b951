import { Text } from '@mantine/core';
import type { ImportPreview } from '../../api/other-contract.ts';
import { Count, CoverageMark, Quiet } from '../../parts/marks.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import { Refusals } from './refusals.tsx';

/** What was understood of a file, before any of it is stored. */
export function Preview({ preview }: { readonly preview: ImportPreview }) {
  const texts = useTexts();
  const formats = useFormats();
  const words = texts.import;
  const { hosts, hostsTotal, refused, refusedTotal, notes } = preview;
  const orDash = (text: string | null) => text ?? <Quiet>–</Quiet>;
  return (
    <>
      <Text size="sm" fw={600} mb="xs">
        {hostsTotal === 0 ? words.nothing : words.understood(hostsTotal)}
        {refusedTotal > 0 && `, ${words.refusedCount(refusedTotal)}`}
      </Text>
      {hosts.length > 0 && (
        <PlainTable
          name={words.understood(hostsTotal)}
          tallest={420}
          rows={hosts}
          keyOf={(_host, index) => String(index)}
          columns={[
            {
              label: words.host,
              cell: ({ name, known }) => (
                <>
                  {name ?? <Quiet>{words.unnamedHost}</Quiet>} <Quiet>{known ? words.isKnown : words.isNew}</Quiet>
                </>
              ),
            },
            { label: texts.devices.os, cell: ({ os }) => orDash(os) },
            { label: texts.devices.build, cell: ({ build }) => orDash(build) },
            { label: words.format, cell: ({ format }) => format },
            {
              label: words.proof,
              cell: ({ confidence }) => <span title={words.proofs[confidence]}>{confidence}</span>,
            },
            { label: words.updatesRead, isNumber: true, cell: ({ updates }) => formats.number(updates) },
            { label: words.softwareRead, isNumber: true, cell: ({ software }) => formats.number(software) },
            {
              label: texts.devices.coverage,
              cell: ({ coverage, reasons }) => (
                <>
                  <CoverageMark coverage={coverage} />
                  {reasons.length > 0 && (
                    <Text size="xs" c="dimmed">
                      {reasons.map((reason) => texts.reasons[reason]).join(', ')}
                    </Text>
                  )}
                </>
              ),
            },
            {
              label: texts.devices.install,
              cell: ({ coverage, install }) =>
                coverage === 'not-assessed' ? (
                  <Quiet>–</Quiet>
                ) : install.length === 0 ? (
                  <Count value={0} />
                ) : (
                  install.map((kb) => `KB${kb}`).join(', ')
                ),
            },
          ]}
        />
      )}
      {hosts.length < hostsTotal && (
        <Text size="sm" c="dimmed">
          {words.cut(hosts.length, hostsTotal)}
        </Text>
      )}
      {notes.map((note) => (
        <Text key={note} size="sm" c="dimmed" lang="en">
          {note}
        </Text>
      ))}
      <Refusals refused={refused} total={refusedTotal} />
    </>
  );
}
