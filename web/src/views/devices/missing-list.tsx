import type { DeviceDetail } from '../../api/device-contract.ts';
import { CvssScore, EpssScore } from '../../parts/epss.tsx';
import { KbLink } from '../../parts/links.tsx';
import { ExploitedBadge, SeverityMark } from '../../parts/marks.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';

/** Every missing update, those too that another one replaces: what Defender's API lists. */
export function MissingList({ device: { missingUpdates } }: { readonly device: DeviceDetail }) {
  const texts = useTexts();
  const formats = useFormats();
  const words = texts.updates;
  if (missingUpdates.length === 0) return null;
  const title = texts.devices.allMissing(missingUpdates.length);
  return (
    <Section title={title}>
      <PlainTable
        name={title}
        tallest={420}
        rows={missingUpdates}
        keyOf={({ kb }) => kb}
        columns={[
          {
            label: words.kb,
            cell: ({ kb, exploited, msrcExploited }) => (
              <>
                <KbLink kb={kb} /> {(exploited === true || msrcExploited === true) && <ExploitedBadge />}
              </>
            ),
          },
          { label: words.month, cell: ({ releaseId }) => releaseId && formats.month(releaseId) },
          { label: words.kind, cell: ({ kind }) => kind && texts.kinds[kind] },
          { label: words.products, cell: ({ productsNames }) => productsNames.join(', ') },
          { label: words.severity, cell: ({ severity }) => <SeverityMark severity={severity} /> },
          { label: words.openCves, isNumber: true, cell: ({ cves }) => formats.number(cves.length) },
          { label: words.cvss, isNumber: true, cell: ({ cvss }) => <CvssScore cvss={cvss} /> },
          { label: words.epss, isNumber: true, cell: ({ epss }) => <EpssScore epss={epss} /> },
          {
            label: words.replacedBy,
            cell: ({ replacedBy }) => (replacedBy === null ? '' : <KbLink kb={replacedBy} />),
          },
        ]}
      />
    </Section>
  );
}
