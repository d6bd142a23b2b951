import { servicingPeriods } from '../catalogue/windows-lifecycle.ts';
import type { ServicingChannel, ServicingPeriod } from '../catalogue/windows-lifecycle.ts';
import type { WindowsProduct } from '../catalogue/windows-version.ts';
import type { PatchState } from '../inventory/patch-state.ts';
import type { ServicingLabel } from './assessment.ts';

/**
 * Whether a device's Windows is in service on a date: a label only, the verdict goes by the published updates. `null`
 * where the edition decides and is not known, or the build is in no table.
 */
export function servicingLabel(windows: WindowsProduct, os: PatchState['os'], onDate: string): ServicingLabel | null {
  const channel = windows.side === 'server' ? 'server' : clientChannel(windows.version.build, os);
  const periods = servicingPeriods(windows.version.build).filter((period) =>
    channel === undefined ? period.channel !== 'server' : period.channel === channel,
  );
  const labels = new Set(periods.map((period) => labelOf(period, onDate)));
  const [label] = labels;
  return labels.size === 1 && label !== undefined ? label : null;
}

function labelOf({ end, esuEnd }: ServicingPeriod, onDate: string): ServicingLabel {
  if (onDate <= end) return 'supported';
  return esuEnd !== undefined && onDate <= esuEnd ? 'esu' : 'end-of-servicing';
}

/** Of a client's build by edition id (`EnterpriseS`, `Professional`, `Core`), else by the name. */
export function clientChannel(
  build: number,
  { editionId, name }: Pick<PatchState['os'], 'editionId' | 'name'>,
): ServicingChannel | undefined {
  const edition = editionId ?? '';
  const text = name ?? '';
  if (/^(?:IoT)?EnterpriseS/i.test(edition) || /\bLTS[BC]\b/i.test(text)) return 'ltsc';
  if (/^(?:Enterprise|Education|IoTEnterprise|ServerRdsh)/i.test(edition)) return 'enterprise';
  if (/^(?:Professional|Core|Home|Cloud)/i.test(edition)) return 'home-pro';
  if (edition !== '') return undefined;
  if (/\b(?:Pro|Home)\b/i.test(text)) return 'home-pro';
  // "Windows 10 Enterprise" alone may be a long-term release on the builds that have one.
  const hasLongTerm = servicingPeriods(build).some(({ channel }) => channel === 'ltsc');
  return /\b(?:Enterprise|Education)\b/i.test(text) && !hasLongTerm ? 'enterprise' : undefined;
}
