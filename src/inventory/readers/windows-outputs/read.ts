import { versionLinesIn } from '../../facts/version-line.ts';
import { cbsPackages } from '../cbs-packages/read.ts';
import { getComputerInfo } from '../get-computerinfo/read.ts';
import { getHotfix } from '../get-hotfix/read.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { psWindowsUpdate } from '../pswindowsupdate/read.ts';
import { notThis } from '../reader.ts';
import type { InventoryReader, ReadReport } from '../reader.ts';
import { recogniseOnce } from '../recognise-once.ts';
import { registry } from '../registry/read.ts';
import { reportInput } from '../report-input.ts';
import type { ReportInput } from '../report-input.ts';
import { systeminfo } from '../systeminfo/read.ts';
import { win32OperatingSystem } from '../win32-operatingsystem/read.ts';
import { windowsUpdateAgent } from '../windows-update-agent/read.ts';
import { windowsVersion } from '../windows-version/read.ts';
import { wmicQfe } from '../wmic-qfe/read.ts';
import { hostSections } from './host-sections.ts';
import type { HostSection } from './host-sections.ts';
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
/** Some of the computers may have failed to answer. */
const mostLookedAt = 10;

/**
 * Several of Windows' own outputs in one text, as scripts collect them: `ver`, `systeminfo`, `wmic qfe`, `reg query`, dism … one
 * below the other; and the answers of many computers, as Ansible's ad hoc commands and PsExec print them below each one's name.
 * Each output is read by its own reader; what is of one computer becomes one inventory.
 */
export const windowsOutputs: InventoryReader = {
  format: 'windows-outputs',
  kinds: ['text'],
  recognise(input) {
    const sections = hostSections(input.text.slice(0, windowLength)).slice(0, mostLookedAt);
    if (sections.some((section) => partsOf(sectionInput(input, section)).length > 0))
      return { confidence: 1, against: '' };
    if (partsOf(input).length > 1) return { confidence: 1, against: '' };
    return notThis('fewer than two outputs of Windows in one text');
  },
  read(input) {
    const sections = hostSections(input.text);
    const reports =
      sections.length === 0
        ? [readParts(input)]
        : sections.map((section) => named(readParts(sectionInput(input, section)), section.host));
    const inventories = reports.flatMap((report) => report.inventories);
    if (inventories.length === 0)
      throw new InventoryFormatError(input.source, 'outputs of Windows, one below the other', 'none');
    return { inventories, notes: reports.flatMap(({ notes }) => notes) };
  },
};

function sectionInput({ source }: ReportInput, { text }: HostSection): ReportInput {
  return reportInput(source, Buffer.from(text));
}

/** What no output names the computer of is of the one that answered, where it is all that it answered. */
function named({ inventories, notes }: ReadReport, host: string): ReadReport {
  const [only] = inventories;
  if (only === undefined)
    return { inventories, notes: [...notes, `${host}: set aside, expected an output of Windows, got other text`] };
  if (inventories.length > 1 || only.device.name !== undefined) return { inventories, notes };
  return { inventories: [{ ...only, device: { ...only.device, name: host } }], notes };
}

function readParts(input: ReportInput): ReadReport {
  const readers = new Set(windowsOf(input).flatMap(partsOf));
  const found = [...readers].map((reader) => ({ format: reader.format, report: reader.read(input) }));
  const notes = found.flatMap(({ report }) => report.notes);
  const named = found.map(({ format, report }) => ({ format, inventories: report.inventories }));
  return { inventories: joinParts(named, input.text, notes), notes };
}

function partsOf(input: ReportInput): readonly InventoryReader[] {
  if (input.kind !== 'text') return [];
  // Of versions only whole lines of `ver`: numbers stand in other outputs too.
  const hasVersion = versionLinesIn(input.text.slice(0, windowLength)).length > 0;
  return parts.filter(
    (reader) => (reader !== windowsVersion || hasVersion) && recogniseOnce(reader, input).confidence >= leastConfidence,
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
