import type { DeviceDetail } from '../../api/device-contract.ts';
import { CoverageMark, Quiet } from '../../parts/marks.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';

export function History({ device: { history } }: { readonly device: DeviceDetail }) {
  const { devices: words } = useTexts();
  const formats = useFormats();
  const orDash = (value: number | null) => (value === null ? <Quiet>–</Quiet> : formats.number(value));
  return (
    <Section title={words.history} more={words.historyMore}>
      <PlainTable
        name={words.history}
        tallest={360}
        rows={history}
        keyOf={({ until }, index) => `${until} ${index}`}
        columns={[
          { label: words.when, cell: ({ until }) => (until === null ? words.now : formats.instant(until)) },
          { label: words.build, cell: ({ build }) => build },
          { label: words.coverage, cell: ({ coverage }) => coverage && <CoverageMark coverage={coverage} /> },
          { label: words.missing, isNumber: true, cell: ({ missing }) => orDash(missing) },
          { label: words.cves, isNumber: true, cell: ({ openCves }) => orDash(openCves) },
        ]}
      />
    </Section>
  );
}
