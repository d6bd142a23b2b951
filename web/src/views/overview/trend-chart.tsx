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
    const axis = {
      stroke: colour('--page-quiet'),
      grid: { stroke: colour('--page-line'), width: 1 },
      ticks: { show: false },
    };
    const line = (label: string, name: string) => ({
      label,
      stroke: colour(name),
      width: 2,
      points: { show: days.length < 15 },
    });
    const number = (value: number | null): string => (value === null ? '' : formats.number(value));
    const dayOf = (seconds: number): string => formats.dayOfYear(new Date(seconds * 1000).toISOString());
    const chart = new UPlot(
      {
        width: element.clientWidth,
        height,
        tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
        scales: { y: { range: (_chart, _least, most) => [0, Math.max(1, most * 1.1)] } },
        legend: { live: false },
        cursor: { drag: { x: false } },
        axes: [
          { ...axis, space: 90, values: (_chart, values) => values.map(dayOf) },
          { ...axis, size: 64, values: (_chart, values) => values.map(number) },
        ],
        series: [
          {},
          line(texts.overview.trendAll, '--page-accent-fill'),
          line(texts.overview.trendExploited, '--page-danger'),
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
