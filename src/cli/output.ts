import { styleText } from 'node:util';
import { csvCell } from '../api/csv-cell.ts';
import type { DeviceItem, JoinedDeviceItem } from '../operations/device-item.ts';
import type { MissingUpdate } from '../assessment/assessment.ts';
import type { JoinedUpdate } from '../operations/joined-facts.ts';

/** A line of result on stdout. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** A message on stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** One device as a technician reads it: what to install, what it replaces, what could not be judged. */
export function deviceText(item: DeviceItem | JoinedDeviceItem): string {
  const bold = (text: string): string => styleText('bold', text, { stream: process.stdout });
  const { os } = item;
  const system = [os.productName ?? 'operating system not identified', os.build, os.servicing]
    .filter((part) => part !== null)
    .join(', ');
  const lines = [`${bold(item.name ?? item.source)}  ${system}`, `  ${verdictLine(item)}`];
  for (const kb of item.install) {
    const update = item.missing.find((each) => each.kb === kb);
    if (update === undefined) continue;
    const replacedUpdates = item.missing.filter(({ replacedBy }) => replacedBy === kb);
    const replaced = replacedUpdates.map((each) => `KB${each.kb}`);
    lines.push(`  ${bold(`install KB${kb}`)}  ${update.name} (${update.cves.length} open CVEs)  ${update.url}`);
    if (replaced.length > 0) lines.push(`    replaces ${replaced.join(', ')}, missing too`);
    lines.push(...exploitedLines([update, ...replacedUpdates]));
  }
  for (const kb of item.installedRebootNeeded)
    lines.push(`  installed KB${kb} takes effect with the next restart (installed-reboot-needed)`);
  for (const { product, reason, detail } of item.undetermined)
    lines.push(`  undetermined: ${product}: ${reason} (${detail})`);
  return lines.join('\n');
}

/** What CISA's list says of an update and those it replaces, where it is held. */
function exploitedLines(updates: readonly (MissingUpdate | JoinedUpdate)[]): readonly string[] {
  const known = updates.flatMap((update) => ('kev' in update && update.kev !== null ? [update.kev] : []));
  if (known.length === 0) return [];
  const cves = [...new Set(known.flatMap((kev) => kev.cves))].sort();
  const due = known.flatMap(({ dueOn }) => dueOn ?? []).sort()[0];
  const ransomware = known.some((kev) => kev.ransomware) ? ', known from ransomware' : '';
  return [`    exploited by CISA's list: ${cves.join(', ')}${ransomware}${due === undefined ? '' : `, due ${due}`}`];
}

function verdictLine({ coverage, missing, openCves }: DeviceItem): string {
  if (coverage === 'not-assessed') return 'not assessed: nothing is said about missing updates';
  const found = missing.length === 0 ? 'nothing missing' : `${missing.length} missing, ${openCves} CVEs open`;
  return coverage === 'assessed' ? `assessed: ${found}` : `partly assessed: ${found} in what could be judged`;
}

/** Rows of `--csv`: one per device and missing update, one for a device without any. */
export function csvRows(items: readonly (DeviceItem | JoinedDeviceItem)[]): readonly string[] {
  const header = [
    'source',
    'name',
    'product',
    'build',
    'coverage',
    'undetermined',
    'kb',
    'update',
    'kind',
    'releaseId',
    'replacedBy',
    'cveAddressed',
    'openCves',
    'url',
    'severity',
    'cvss',
    'exploited',
    'kevDueOn',
    'ransomware',
    'epss',
    'epssDate',
    'restartRequired',
    'releaseType',
  ];
  const rows = items.flatMap((item) => {
    const reasons = [...new Set(item.undetermined.map(({ reason }) => reason))].join(' ');
    const device = [item.source, item.name, item.os.productName, item.os.build, item.coverage, reasons];
    const updates = item.missing.map((update) => [...updateCells(update), ...joinedCells(update)]);
    const none = Array.from<string>({ length: header.length - device.length }).fill('');
    return (updates.length === 0 ? [none] : updates).map((update) => [...device, ...update]);
  });
  return [header, ...rows].map((row) => row.map(csvCell).join(','));
}

function updateCells(update: MissingUpdate): readonly (string | number | null)[] {
  const { kb, name, kind, releaseId, replacedBy, cveAddressed, cves, url } = update;
  return [kb, name, kind, releaseId, replacedBy, cveAddressed, cves.length, url];
}

/** What nobody tells is an empty cell. */
function joinedCells(update: MissingUpdate | JoinedUpdate): readonly (string | number | null)[] {
  if (!('kev' in update)) return Array.from<string>({ length: 9 }).fill('');
  const { severity, cvss, exploited, kev, epss } = update;
  return [
    severity,
    cvss?.baseScore ?? null,
    exploited === null ? null : exploited ? 'yes' : 'no',
    kev?.dueOn ?? null,
    kev === null ? null : kev.ransomware ? 'yes' : 'no',
    epss?.score ?? null,
    epss?.date ?? null,
    update.restartRequired,
    update.releaseType,
  ];
}
