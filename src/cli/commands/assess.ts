import { assess } from '../../assessment/assess.ts';
import type { Assessment } from '../../assessment/assessment.ts';
import { fixesCritical } from '../../assessment/fixes-critical.ts';
import { findContradictions } from '../../inventory/contradictions.ts';
import { mergeInventories } from '../../inventory/merge-inventories.ts';
import type { MergedInventory } from '../../inventory/merge-inventories.ts';
import { derivePatchState } from '../../inventory/patch-state.ts';
import { joinItem, toAssessmentDocument, toDeviceItem } from '../../operations/device-item.ts';
import type { MissingKbsList } from '../../operations/device-item.ts';
import type { JoinedFacts } from '../../operations/joined-facts.ts';
import { findStaleness } from '../../catalogue/staleness.ts';
import { catalogueLine, staleWarning } from '../catalogue-age.ts';
import { catalogueFor, factsFor, namedDataFolder } from '../compose.ts';
import { UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { csvRows, deviceText, print, say } from '../output.ts';
import { readInventories } from '../read-reports.ts';
import type { FileInventory, ReadingOptions } from '../read-reports.ts';
import { parseFailOn, verdictExit } from '../verdict-exit.ts';

interface AssessOptions extends CommonOptions, ReadingOptions {
  readonly catalog?: string;
  readonly jsonl?: boolean;
  readonly csv?: boolean;
  readonly merge?: boolean;
  readonly asOf?: string;
  readonly missingKbs: MissingKbsList;
  readonly failOn?: readonly string[];
}

/** `kbgap assess FILE…`: judges inventories without a server. Results on stdout, messages on stderr. */
export async function runAssess(files: readonly string[], options: AssessOptions): Promise<ExitCode> {
  if ([options.json, options.jsonl, options.csv].filter(Boolean).length > 1) {
    throw new UsageError('expected at most one of --json, --jsonl and --csv');
  }
  const classes = parseFailOn(options.failOn);
  const { catalogue, starter } = await catalogueFor(options);
  const { inventories: reports, unreadable } = await readInventories(files, options, say);
  const asOf = options.asOf ?? null;
  const judged = (options.merge === true ? merged(reports) : reports.map(alone)).map(({ source, merge }) => {
    const { inventory, earlierKbs } = merge;
    const assessment = assess(derivePatchState(inventory, earlierKbs), catalogue, { asOf });
    return {
      assessment,
      item: toDeviceItem({ source, name: inventory.device.name ?? null }, assessment, options.missingKbs),
    };
  });
  const table = options.json === true || options.jsonl === true || options.csv === true;
  const facts = table || namedDataFolder(options) !== undefined ? await factsFor(catalogue, options, say) : undefined;
  const items = judged.map(({ item, assessment }) =>
    facts === undefined ? item : joinItem(item, assessment, facts.ofVerdict(assessment)),
  );
  const now = new Date();
  const stale = findStaleness(catalogue.reach, now);
  if (options.json === true)
    print(JSON.stringify(toAssessmentDocument({ catalogue: catalogue.summary, stale, asOf }, items), null, 2));
  else if (options.jsonl === true) for (const item of items) print(JSON.stringify(item));
  else if (options.csv === true) for (const row of csvRows(items)) print(row);
  else for (const item of items) print(deviceText(item));
  if (options.quiet !== true) say(catalogueLine(catalogue.reach, starter, now));
  else for (const warning of staleWarning(stale)) say(warning);
  return verdictExit(classes, {
    assessments: judged.map(({ assessment }) => assessment),
    unreadable,
    stale: stale !== undefined,
    critical: (assessment: Assessment) => fixesCritical(catalogue, assessment),
    kev: facts?.feeds.find('cisa-kev') === undefined ? undefined : (assessment) => isExploited(facts, assessment),
  });
}

/** Whether CISA's list has a CVE that a missing update fixes. */
function isExploited(facts: JoinedFacts, assessment: Assessment): boolean {
  return facts.ofMissing(assessment).some(({ exploited }) => exploited === true);
}

interface Described {
  readonly source: string;
  readonly merge: MergedInventory;
}

function alone({ file, inventory }: FileInventory): Described {
  return { source: file, merge: { inventory, earlierKbs: [] } };
}

/** `--merge`: all files describe one device. What they say against each other goes to stderr. */
function merged(reports: readonly FileInventory[]): readonly Described[] {
  if (reports.length === 0) return [];
  const observations = reports.map(({ file, inventory }) => ({
    source: file,
    inventory,
    at: inventory.observedAt,
  }));
  const merge = mergeInventories(observations);
  for (const { fact, said, counts } of findContradictions(observations, merge))
    say(`${fact}: ${said.map(({ source, value }) => `${source} says ${value}`).join(', ')}; ${counts}`);
  return [{ source: [...new Set(reports.map(({ file }) => file))].join(' + '), merge }];
}
