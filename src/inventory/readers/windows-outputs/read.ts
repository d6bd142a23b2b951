import { versionLinesIn } from '../../facts/version-line.ts';
import { cbsPackages } from '../cbs-packages/read.ts';
import { getComputerInfo } from '../get-computerinfo/read.ts';
import { getHotfix } from '../get-hotfix/read.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { psWindowsUpdate } from '../pswindowsupdate/read.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader } from '../reader.ts';
import { registry } from '../registry/read.ts';
import { reportInput } from '../report-input.ts';
import type { ReportInput } from '../report-input.ts';
import { systeminfo } from '../systeminfo/read.ts';
import { win32OperatingSystem } from '../win32-operatingsystem/read.ts';
import { windowsUpdateAgent } from '../windows-update-agent/read.ts';
import { windowsVersion } from '../windows-version/read.ts';
import { wmicQfe } from '../wmic-qfe/read.ts';
import { joinParts } from './join-parts.ts';

/** Outputs that may stand one below the other in one text. */
const parts: readonly InventoryReader[] = [
  cbsPackages,
  getComputerInfo,
  getHotfix,
  psWindowsUpdate,
  registry,
  systeminfo,
  win32OperatingSystem,
  windowsUpdateAgent,
  windowsVersion,
  wmicQfe,
];

/** As sure as each must be of its part: a line of `ver` among other text is 0.4. */
const leastConfidence = 0.4;
const windowLength = 65_536;
const mostWindows = 16;

/**
 * Several of Windows' own outputs in one text, as scripts collect them: `ver`, `systeminfo`, `wmic qfe`, `reg query`, dism … one
 * below the other. Each is read by its own reader; what is of one computer becomes one inventory.
 */
export const windowsOutputs: InventoryReader = {
  format: 'windows-outputs',
  kinds: ['text'],
  recognise(input) {
    const found = partsOf(input).length;
    return found > 1 ? { confidence: 1, against: '' } : notThis('fewer than two outputs of Windows in one text');
  },
  read(input) {
    const readers = new Set(windowsOf(input).flatMap(partsOf));
    if (readers.size === 0)
      throw new InventoryFormatError(input.source, 'outputs of Windows, one below the other', 'none');
    const reports = [...readers].map((reader) => ({ format: reader.format, report: reader.read(input) }));
    return {
      inventories: joinParts(
        reports.map(({ format, report }) => ({ format, inventories: report.inventories })),
        input.text,
      ),
      notes: reports.flatMap(({ report }) => report.notes),
    };
  },
};

function partsOf(input: ReportInput): readonly InventoryReader[] {
  if (input.kind !== 'text') return [];
  // Of versions only whole lines of `ver`: numbers stand in other outputs too.
  const hasVersion = versionLinesIn(input.text.slice(0, windowLength)).length > 0;
  return parts.filter(
    (reader) => (reader !== windowsVersion || hasVersion) && reader.recognise(input).confidence >= leastConfidence,
  );
}

/** The text in stretches that recognition sees whole. */
function windowsOf(input: ReportInput): readonly ReportInput[] {
  if (input.text.length <= windowLength) return [input];
  const count = Math.min(mostWindows, Math.ceil(input.text.length / windowLength));
  return Array.from({ length: count }, (_, index) => {
    const from = index * windowLength;
    const text = input.text.slice(input.text.lastIndexOf('\n', from) + 1, from + windowLength);
    return reportInput(input.source, Buffer.from(text));
  });
}
