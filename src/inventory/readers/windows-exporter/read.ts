import { InventoryFormatError } from '../inventory-format-error.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader, Recognition } from '../reader.ts';
import type { ReportInput } from '../report-input.ts';
import { groupByHost, isTelling, readHost } from './hosts.ts';
import { samplesInJson, samplesInText } from './samples.ts';

/**
 * Metrics of Prometheus' windows_exporter (before: wmi_exporter): a scrape, a federation's dump of many hosts, or answers
 * of Prometheus. Exact build since the label `revision`; pending updates are another's verdict. Source: the exporter's
 * documentation of its collectors os, cs, cpu_info and update.
 */
export const windowsExporter: InventoryReader = {
  format: 'windows-exporter',
  kinds: ['text', 'json'],
  marks: [/\bwindows_(?:os|cs)_/, /\bwindows_exporter/, /^# (?:HELP|TYPE) /m],
  recognise: recogniseMetrics,
  read({ source, text, json }) {
    const values = json()?.values;
    const hosts = groupByHost(values === undefined ? samplesInText(text, isTelling) : samplesInJson(values));
    const notes: string[] = [];
    const inventories = hosts.flatMap((host, index) => {
      const inventory = readHost(host, (why) => notes.push(`${source}: ${why}`));
      if (inventory === undefined)
        notes.push(`${source}: ${host.instance ?? `host ${index + 1}`}: set aside, no windows_os_info`);
      return inventory ?? [];
    });
    if (inventories.length === 0) throw new InventoryFormatError(source, 'a sample of windows_os_info', 'none');
    return { inventories, notes };
  },
};

function recogniseMetrics({ text, json }: ReportInput): Recognition {
  const values = json()?.values;
  if (values !== undefined) {
    const samples = samplesInJson(values, 5000);
    if (samples.some(({ metric }) => metric === 'os_info')) return { confidence: 0.95, against: '' };
    if (samples.some(({ metric }) => metric === undefined)) return { confidence: 0.6, against: '' };
    return samples.length > 0 ? withoutInfo : notThis('no series of windows_exporter');
  }
  // A scrape is in the order of names: the sample stands far behind the first ones.
  if (!/^(?:# (?:HELP|TYPE) )?(?:windows|wmi)_\w+/m.test(text.slice(0, 200_000))) {
    return notThis('no metrics named windows_…');
  }
  return /(?:^|\n)(?:windows|wmi)_os_info\{/.test(text) ? { confidence: 0.95, against: '' } : withoutInfo;
}

const withoutInfo: Recognition = {
  confidence: 0.25,
  against: 'metrics of windows_exporter without windows_os_info: its collector "os" is needed',
};
