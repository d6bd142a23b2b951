import { confidenceOf } from '../inventory/confidence.ts';
import type { ConfidenceClass } from '../inventory/confidence.ts';
import { findContradictions } from '../inventory/contradictions.ts';
import type { Contradiction } from '../inventory/contradictions.ts';
import { mergeInventories } from '../inventory/merge-inventories.ts';
import type { OtherVerdict } from '../inventory/other-verdict.ts';
import { provenanceOf } from '../inventory/provenance.ts';
import type { FactProvenance } from '../inventory/provenance.ts';
import type { DeviceAlias, DeviceRow, KeptReport } from '../store/store.ts';
import type { OperationContext } from './context.ts';
import { observationsOf } from './device-observations.ts';

/** What is known of a device beside its verdict: who said what, and where they disagree. */
export interface DeviceFacts {
  /** The newest report first. */
  readonly sources: readonly ReportSource[];
  readonly facts: readonly FactProvenance[];
  readonly contradictions: readonly Contradiction[];
  readonly pendingReboot: boolean | null;
  /** Other tools' verdicts, shown beside ours and never part of it. */
  readonly opinions: readonly OtherVerdict[];
}

export interface ReportSource extends Pick<KeptReport, 'source' | 'format' | 'observedAt' | 'receivedAt'> {
  /** `null` for a report that can no longer be read. */
  readonly class: ConfidenceClass | null;
}

/** Reads the kept reports of one device again and joins them as they were when it was judged. */
export async function getDeviceFacts(
  { store, log }: OperationContext,
  { tenantId, id }: DeviceRow,
): Promise<DeviceFacts> {
  const reports = await store.listReports(tenantId, id);
  const observations = observationsOf(reports, log);
  const merged = mergeInventories(observations);
  const classOf = new Map(observations.map(({ source, inventory }) => [source, confidenceOf(inventory)]));
  const aliases = await store.listAliases(tenantId, id);
  return {
    sources: [...reports]
      .sort((a, b) => (a.receivedAt === b.receivedAt ? 0 : a.receivedAt < b.receivedAt ? 1 : -1))
      .map(({ source, format, observedAt, receivedAt }) => ({
        source,
        format,
        class: classOf.get(source) ?? null,
        observedAt,
        receivedAt,
      })),
    facts: provenanceOf(observations, merged.inventory),
    contradictions: [...findContradictions(observations, merged), ...aliases.flatMap(identityOf)],
    pendingReboot: merged.inventory.pendingReboot ?? null,
    opinions: merged.inventory.opinions,
  };
}

/** A renamed host, or two machines under one id. */
function identityOf({ sourceId, nameKey, formerNameKeys, isCloned }: DeviceAlias): readonly Contradiction[] {
  const names = formerNameKeys.filter((name) => name !== nameKey);
  if (names.length === 0) return [];
  return [
    {
      fact: 'identity',
      said: [...names, nameKey].map((value) => ({ source: sourceId, at: null, value })),
      counts: isCloned
        ? 'two machines report under this id, cloned: their names tell them apart'
        : `the host was renamed to ${nameKey}`,
    },
  ];
}
