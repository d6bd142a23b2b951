import type { Alternative, Evidence, EvidenceRow, ExplainSubject } from '../../assessment/evidence.ts';
import { explain } from '../../assessment/explain.ts';
import { shownCatalogue } from '../../operations/device-item.ts';
import { wholeTenant } from '../../operations/scope.ts';
import type { PatchState } from '../../inventory/patch-state.ts';
import { derivePatchState } from '../../inventory/patch-state.ts';
import { formatKb, tryParseKbNumber } from '../../terms/kb-number.ts';
import { tryParseVulnerabilityId } from '../../terms/vulnerability-id.ts';
import { findStaleness } from '../../catalogue/staleness.ts';
import { catalogueLine, staleWarning } from '../catalogue-age.ts';
import { catalogueFor, dataFolderOf } from '../compose.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print, say } from '../output.ts';
import { readInventories } from '../read-reports.ts';
import type { ReadingOptions } from '../read-reports.ts';

interface ExplainOptions extends CommonOptions, ReadingOptions {
  readonly device?: string;
  readonly catalog?: string;
  readonly asOf?: string;
}

/** `kbgap explain FILE KB|CVE`, or with `--device ID` of a stored device. */
export async function runExplain(args: readonly string[], options: ExplainOptions): Promise<ExitCode> {
  const expected = options.device === undefined ? 2 : 1;
  const what = args.at(-1);
  if (args.length !== expected || what === undefined) {
    throw new UsageError(expected === 2 ? 'expected FILE and a KB or CVE' : 'expected a KB or CVE beside --device');
  }
  const subject = parseSubject(what);
  const state =
    options.device === undefined
      ? await stateOfFile(args[0] ?? '', options)
      : await stateOfDevice(options.device, options);
  if (state === undefined) return exitCodes.unusable;
  const stored = options.device === undefined ? options : { ...options, data: dataFolderOf(options) };
  const { catalogue, starter } = await catalogueFor(stored);
  const evidence = explain(state, catalogue, subject, { asOf: options.asOf ?? null });
  const now = new Date();
  const stale = findStaleness(catalogue.reach, now);
  const { newestRelease, currentTo } = catalogue.reach;
  const judgedBy = shownCatalogue({ id: catalogue.id, newestRelease, currentTo }, stale);
  if (options.json === true) print(JSON.stringify({ ...evidence, catalogue: judgedBy }, null, 2));
  else print(evidenceText(what, evidence));
  if (options.quiet !== true) say(catalogueLine(catalogue.reach, starter, now));
  else for (const warning of staleWarning(stale)) say(warning);
  return exitCodes.clean;
}

function parseSubject(text: string): ExplainSubject {
  const kb = tryParseKbNumber(text);
  if (kb !== undefined) return { kb };
  const vulnerability = tryParseVulnerabilityId(text);
  if (vulnerability === undefined)
    throw new UsageError(`expected a KB such as KB5034127 or a CVE such as CVE-2020-0796, got "${text}"`);
  return { vulnerability };
}

async function stateOfFile(file: string, options: ExplainOptions): Promise<PatchState | undefined> {
  const [report] = (await readInventories([file], options, say)).inventories;
  return report === undefined ? undefined : derivePatchState(report.inventory);
}

async function stateOfDevice(id: string, options: ExplainOptions): Promise<PatchState> {
  const { withApplication } = await import('../with-application.ts');
  return withApplication(options, async (application, tenant) =>
    application.getPatchState(await application.getDevice(wholeTenant(tenant), id)),
  );
}

/** As many rows as a terminal shows at once; `--json` has all. */
const mostRows = 12;

function evidenceText(what: string, evidence: Evidence): string {
  const { verdict, reason, rule, facts, because, flips } = evidence;
  const sections: readonly [string, readonly string[]][] = [
    ['Because', because],
    ['Facts', facts.map(({ fact, value, source }) => `${fact}: ${value} (${source})`)],
    ['Alternatives', shortened(evidence.alternatives.map((each) => alternativeText(each, because)))],
    ['Rows', shortened(evidence.rows.map((row) => rowText(row)))],
    [
      'Documents',
      evidence.documents.map(
        ({ releaseId, revisedAt, hash }) =>
          `${releaseId}, revised ${revisedAt}, ${hash.slice(0, 'sha256:'.length + 16)}…`,
      ),
    ],
    ['This would change it', flips.map(({ says, to }) => (to === null ? says : `${says} Then: ${to}.`))],
  ];
  const lines = sections
    .filter(([, rows]) => rows.length > 0)
    .flatMap(([title, rows]) => [`${title}:`, ...rows.map((row) => `  ${row}`)]);
  return [`${what}: ${verdict}${reason === null ? '' : `, ${reason}`} (rule ${rule})`, ...lines].join('\n');
}

/** What is said above already is not said twice. */
function alternativeText(alternative: Alternative, because: readonly string[]): string {
  const { kb, fixedBuild, subType, taken, reason, why } = alternative;
  const name = kb === null ? 'no KB' : formatKb(kb);
  const what = [subType, fixedBuild ?? ''].filter((text) => text !== '').join(', ');
  return `${taken ? '+' : '-'} ${name}${what === '' ? '' : ` (${what})`}: ${because.includes(why) ? reason : why}`;
}

function rowText({ releaseId, vulnerability, kb, fixedBuild, product }: EvidenceRow): string {
  const fix = [kb === null ? 'no KB' : formatKb(kb), ...(fixedBuild === null ? [] : [`fixed build ${fixedBuild}`])];
  return `${releaseId}: ${vulnerability}, ${fix.join(', ')}, for ${product}`;
}

function shortened(rows: readonly string[]): readonly string[] {
  return rows.length <= mostRows ? rows : [...rows.slice(0, mostRows), `… and ${rows.length - mostRows} more (--json)`];
}
