import type { DeviceFacts } from '../operations/device-facts.ts';
import type { OtherVerdict } from '../inventory/other-verdict.ts';
import { formatKb } from '../terms/kb-number.ts';

/** What `device show` says below the verdict: sources, facts with who said them, contradictions, other tools' verdicts. */
export function factLines({ sources, facts, contradictions, pendingReboot, opinions }: DeviceFacts): readonly string[] {
  return [
    ...(pendingReboot === true ? ['  a restart is pending'] : []),
    ...contradictions.map(
      ({ fact, said, counts }) =>
        `  contradiction: ${fact}: ${said.map(({ source, value }) => `${source} says ${value}`).join(', ')}; ${counts}`,
    ),
    ...sources.map(
      ({ source, observedAt, class: confidence }) =>
        `  source: ${source}, seen ${observedAt}${confidence === null ? ', can no longer be read' : `, class ${confidence}`}`,
    ),
    ...facts
      .filter(({ fact }) => !/^(?:updates|software)\./.test(fact))
      .map(({ fact, value, sources: from }) => `  ${fact}: ${value} (${from.map(({ source }) => source).join(', ')})`),
    ...opinionLines(opinions),
  ];
}

function opinionLines(opinions: readonly OtherVerdict[]): readonly string[] {
  const bySource = Map.groupBy(opinions, ({ source, verdict }) => `${source} says ${verdict}`);
  return [...bySource].map(
    ([said, verdicts]) => `  another tool's verdict: ${said}: ${verdicts.map(({ kb }) => formatKb(kb)).join(', ')}`,
  );
}
