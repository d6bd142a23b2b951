import type { DeviceDetail } from '../../api/device-contract.ts';
import { KbLink } from '../../parts/links.tsx';
import { Count, VerdictMark } from '../../parts/marks.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { useTexts } from '../../texts/language-provider.tsx';

const mostKbs = 3;

export function Products({ device: { products } }: { readonly device: DeviceDetail }) {
  const texts = useTexts();
  const words = texts.devices;
  if (products.length === 0) return null;
  return (
    <Section title={words.products}>
      <PlainTable
        name={words.products}
        tallest={420}
        rows={products}
        keyOf={(_product, index) => String(index)}
        columns={[
          { label: words.product, cell: ({ name }) => name },
          { label: words.productVersion, cell: ({ version }) => version },
          { label: words.verdict, cell: ({ verdict }) => <VerdictMark verdict={verdict} /> },
          { label: words.cves, isNumber: true, cell: ({ openCves }) => <Count value={openCves} /> },
          { label: words.missingKbs, cell: ({ missing }) => <Kbs kbs={missing} /> },
        ]}
      />
    </Section>
  );
}

function Kbs({ kbs }: { readonly kbs: readonly string[] }) {
  const { cves } = useTexts();
  return (
    <>
      {kbs.slice(0, mostKbs).map((kb) => (
        <span key={kb}>
          <KbLink kb={kb} />{' '}
        </span>
      ))}
      {kbs.length > mostKbs && cves.moreProducts(kbs.length - mostKbs)}
    </>
  );
}
