import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { TrendDay } from '../../api/contract.ts';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';

const height = 200;

/** Open CVEs by day, and the exploited among them. */
export function TrendChart({ days }: { readonly days: readonly TrendDay[] }) {
  const texts = useTexts();
  const formats = useFormats();
  const scheme = useComputedColorScheme();
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return undefined;
    const colour = (name: string): string => colourOf(element, name);
    const axis = { stroke: colour('--page-quiet'), grid: { stroke: colour('--page-line'), width: 1 }, ticks: { show: false } };
    const line = (label: string, name: string) => ({ label, stroke: colour(name), width: 2, points: { show: days.length < 15 } });
    const number = (value: number | null): string => (value === null ? '' : formats.number(value));
    const chart = new UPlot(
      {
        width: element.clientWidth,
        height,
        tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        scales: { y: { range: (_chart, _least, most) => [0, Math.max(1, most * 1.1)] } },
        axes: [axis, { ...axis, size: 64, values: (_chart, values) => values.map(number) }],
        series: [
          { label: texts.overview.day, value: (_chart, at) => (at === null ? '' : formats.day(new Date(at * 1000).toISOString())) },
          { ...line(texts.overview.trendAll, '--page-accent-fill'), value: (_chart, value) => number(value) },
          { ...line(texts.overview.trendExploited, '--page-danger'), value: (_chart, value) => number(value) },
        ],
      },
      [
        days.map(({ day }) => Date.parse(day) / 1000),
        days.map(({ openCves }) => openCves),
        days.map(({ exploitedCves }) => exploitedCves),
      ],
      element,
    );
    const observer = new ResizeObserver(() => chart.setSize({ width: element.clientWidth, height }));
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.destroy();
    };
  }, [days, scheme, texts, formats]);
  return <div ref={place} aria-hidden style={{ minHeight: height }} />;
}

/** A canvas takes no `var()` and no `light-dark()`: the browser is asked what they come to. */
function colourOf(element: HTMLElement, name: string): string {
  const probe = document.createElement('span');
  probe.style.color = `var(${name})`;
  element.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}
