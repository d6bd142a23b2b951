import type { DeviceDetail } from '../../api/device-contract.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { useTexts } from '../../texts/language-provider.tsx';

/** What nothing is said of, and why. */
export function NotJudged({ device: { undetermined } }: { readonly device: DeviceDetail }) {
  const texts = useTexts();
  const words = texts.devices;
  if (undetermined.length === 0) return null;
  return (
    <Section title={words.notJudged}>
      <PlainTable
        name={words.notJudged}
        tallest={360}
        rows={undetermined}
        keyOf={(_row, index) => String(index)}
        columns={[
          { label: words.product, cell: ({ product }) => product },
          { label: texts.import.reason, cell: ({ reason }) => texts.reasons[reason] },
          { label: texts.catalogue.detail, cell: ({ detail }) => <span lang="en">{detail}</span> },
        ]}
      />
    </Section>
  );
}
