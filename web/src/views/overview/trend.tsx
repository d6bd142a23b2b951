import { Text, VisuallyHidden } from '@mantine/core';
import { Suspense, lazy } from 'react';
import type { Overview } from '../../api/contract.ts';
import { InSight } from '../../parts/in-sight.tsx';
import { Section } from '../../parts/section.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';

// Of use only where there are two days, and it stands far down: the chart's code is loaded when it comes in sight.
const Chart = lazy(async () => ({ default: (await import('./trend-chart.tsx')).TrendChart }));

const fewestForLine = 2;
const chartHeight = 244;

export function Trend({ trend: { since, days } }: { readonly trend: Overview['trend'] }) {
  const texts = useTexts();
  const formats = useFormats();
  return (
    <Section title={texts.overview.trend} more={texts.overview.trendMore}>
      {days.length >= fewestForLine && (
        <InSight height={chartHeight}>
          <Suspense>
            <Chart days={days} />
          </Suspense>
        </InSight>
      )}
      {days.length < fewestForLine && since !== null && (
        <Text size="sm">{texts.overview.trendYoung(formats.day(since))}</Text>
      )}
      <TrendTable days={days} />
    </Section>
  );
}

/** The same numbers for those who cannot see the line. */
function TrendTable({ days }: { readonly days: Overview['trend']['days'] }) {
  const texts = useTexts();
  const formats = useFormats();
  return (
    <VisuallyHidden>
      <table aria-label={texts.overview.trend}>
        <thead>
          <tr>
            <th>{texts.overview.day}</th>
            <th>{texts.overview.trendAll}</th>
            <th>{texts.overview.trendExploited}</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, openCves, exploitedCves }) => (
            <tr key={day}>
              <td>{formats.day(day)}</td>
              <td>{formats.number(openCves)}</td>
              <td>{formats.number(exploitedCves)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </VisuallyHidden>
  );
}
