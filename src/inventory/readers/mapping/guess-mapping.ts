import { parseBuild } from '../../facts/build-number.ts';
import { parseDisplayVersion } from '../../facts/display-version.ts';
import { parseInstant } from '../../facts/instant.ts';
import { kbsNamedIn } from '../../facts/kb-names.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import { emptyMapping } from './column-mapping.ts';
import type { ColumnKey, ColumnMapping, ColumnName, MappedState } from './column-mapping.ts';
import type { MappedRows } from './mapped-rows.ts';

const mostLooked = 100;

interface Column {
  readonly name: string;
  readonly texts: readonly string[];
}

type Rule = (column: Column) => boolean;

/** Part of the filled cells that pass; `false` where none is filled. */
function mostly(passes: (text: string) => boolean): Rule {
  return ({ texts }) => texts.length > 0 && texts.filter(passes).length >= texts.length * 0.6;
}

function headed(pattern: RegExp): Rule {
  return ({ name }) => pattern.test(name);
}

/** Builds of Windows that are a bare number in a table: any other number of five digits may mean anything. */
const knownBuilds = new Set([
  '7600',
  '7601',
  '9200',
  '9600',
  '10240',
  '10586',
  '14393',
  '15063',
  '16299',
  '17134',
  '17763',
  '18362',
  '18363',
  '19041',
  '19042',
  '19043',
  '19044',
  '19045',
  '20348',
  '22000',
  '22621',
  '22631',
  '25398',
  '26100',
  '26200',
]); // Windows' builds of general availability

const isBuild: Rule = mostly((text) => parseBuild(text) !== undefined && (text.includes('.') || knownBuilds.has(text)));
const kbHeading = /\b(?:kbs?|hot ?fix(?:es)?|kb ?(?:id|number|article)s?)\b/i;

/** `KB5034122`, several of them, or one with what follows it in a list: `KB5034122_v2`, `KB5034122 (Security Update)`. */
const kbPart =
  /^(?:KB ?)?\d{6,7}(?:[\s+&/]{1,3}(?:KB ?)?\d{6,7}){0,400}(?:[_-]?v\d|[_-]\w{1,20})?(?: ?\([^()]{1,60}\))?$/i;

/** Cells that are lists of KBs and no text about them; under a heading that says so other entries may stand among them. */
const listsKbs: Rule = ({ name, texts }) => {
  const parts = texts.flatMap((text) =>
    text
      .slice(0, 20_000)
      .replace(/[[\]"'{}]/g, '')
      .split(/[,;|\n]/),
  );
  const isHeaded = kbHeading.test(name);
  const isEntry = (part: string): boolean =>
    part === '' || isNone(part) || kbPart.test(part) || (isHeaded && part.length < 40 && kbsNamedIn(part).length === 0);
  return (
    texts.some((text) => kbsNamedIn(text).length > 0) &&
    parts.every((part) => part.length < 2000 && isEntry(part.trim()))
  );
};
/** Titles as Microsoft writes them, `… (KB5034122)`. In other sentences a KB may be there, missing, failed or taken off. */
const titlesUpdates: Rule = ({ name, texts }) =>
  /update|patch|title|bulletin|correctif|aktualisierung/i.test(name) &&
  texts.some((text) => kbsNamedIn(text).length > 0) &&
  texts.every((text) => text.length < 300 && /^[^\r\n{]*\(KB\d{6,7}\)(?: \([^()]{1,40}\))?$/.test(text.trim()));
const hasKbs: Rule = (column) => listsKbs(column) || titlesUpdates(column);

function isNone(text: string): boolean {
  return /^(?:none|n\/a|null|no|-+|0)$/i.test(text.trim());
}
const isHost: Rule = mostly(
  (text) => /^(?=.*\p{L})[\p{L}\p{N}][\p{L}\p{N}._-]{0,252}$/u.test(text) && parseBuild(text) === undefined,
);
const areDifferent: Rule = ({ texts }) => new Set(texts).size >= texts.length * 0.5;

/** For each key the rules of its column, the surest first; a column serves one key only. */
const rules: readonly (readonly [key: ColumnKey, ...rules: Rule[][]])[] = [
  ['build', [isBuild, ({ texts }) => texts.some((text) => parseBuild(text)?.ubr !== undefined)], [isBuild]],
  ['ubr', [headed(/^ubr$|\bubr\b|update build revision/i), mostly((text) => /^\d{1,5}$/.test(text))]],
  ['os', [mostly((text) => /\bwin(?:dows)?\b.*\d/i.test(text))]],
  ['displayVersion', [mostly((text) => parseDisplayVersion(text) !== undefined)]],
  [
    'architecture',
    [
      mostly((text) =>
        /^(?:x64|x86|amd64|arm64|i386|x86_64|(?:32|64)[- ]?bit\S{0,3}|x(?:64|86)-based pc)$/i.test(text),
      ),
    ],
  ],
  ['installationType', [mostly((text) => parseInstallationType(text) !== undefined)]],
  ['ipAddresses', [mostly((text) => /^\d{1,3}(?:\.\d{1,3}){3}(?:[,; ]|$)/.test(text))]],
  ['id', [mostly((text) => /^[0-9a-f]{40}$/i.test(text))]],
  [
    'observedAt',
    [
      headed(/last|seen|scan|check|report|inventor|updated|sync|time/i),
      mostly((text) => parseInstant(text) !== undefined),
    ],
  ],
  ['installedOn', [headed(/install/i), mostly((text) => parseInstant(text) !== undefined)]],
  [
    'name',
    [
      headed(
        /^(?:(?:computer|host|device|machine|pc|server|client|endpoint|asset|system|node|netbios|dns)[ _.-]*(?:name|fqdn)?|name|fqdn|hostname)$/i,
      ),
      isHost,
    ],
    [
      headed(
        /(?:computer|host|device|machine|endpoint|rechner|gerät|geraete?|ordinateur|equipo|dispositivo|nome|nom|naam)/i,
      ),
      isHost,
    ],
    [isHost, areDifferent],
  ],
]; // the name last: what is left

const missing = /missing|needed|required|applicable|pending|fehlend|manquant|faltan|mancant/i;

/**
 * Which columns hold which facts, by what stands in them and by their headings; `undefined` where no column names the devices or
 * none says anything of Windows.
 */
export function guessMapping({ columns, rows }: MappedRows): ColumnMapping | undefined {
  const looked = rows.slice(0, mostLooked);
  const open = columns.map((name) => ({ name, texts: looked.flatMap((row) => row(name).texts).slice(0, 1000) }));
  const { kbs, missingKbs } = takeKbs(open);
  const states = kbs.length === 0 ? undefined : takeStates(open);
  const found: Partial<Record<ColumnKey, ColumnName>> = states === undefined ? {} : { state: states.column };
  for (const [key, ...alternatives] of rules) {
    const column = alternatives
      .map((all) => take(open, (each) => all.every((rule) => rule(each))))
      .find((each) => each !== undefined);
    if (column !== undefined) found[key] = column;
  }
  // A UBR is nothing without its build, and a day of installation without an update is that of something else.
  if (found.build === undefined) delete found.ubr;
  if (kbs.length === 0) delete found.installedOn;
  const isOfWindows = found.build !== undefined || found.os !== undefined || kbs.length + missingKbs.length > 0;
  if (!isOfWindows || (found.name === undefined && found.id === undefined)) return undefined;
  return { ...emptyMapping, columns: found, kbs, missingKbs, states: states?.states ?? emptyMapping.states };
}

/** Takes the first column that passes out of those that are left. */
function take(open: Column[], passes: (column: Column) => boolean): string | undefined {
  const at = open.findIndex(passes);
  return at === -1 ? undefined : open.splice(at, 1)[0]?.name;
}

function takeKbs(open: Column[]): { readonly kbs: readonly string[]; readonly missingKbs: readonly string[] } {
  const found: string[] = [];
  const isHeaded = headed(kbHeading);
  for (let name = take(open, hasKbs); name !== undefined; name = take(open, hasKbs)) found.push(name);
  const bare = take(open, (column) => isHeaded(column) && isKbNumbers(column));
  if (bare !== undefined) found.push(bare);
  return { kbs: found.filter((name) => !missing.test(name)), missingKbs: found.filter((name) => missing.test(name)) };
}

/** What words mean that say whether an update is there. */
const stateWords: ReadonlyMap<string, MappedState> = new Map([
  ['installed', 'installed'],
  ['not installed', 'missing'],
  ['notinstalled', 'missing'],
  ['missing', 'missing'],
  ['needed', 'missing'],
  ['required', 'missing'],
  ['pending', 'pending'],
  ['pending reboot', 'pending'],
  ['staged', 'staged'],
  ['superseded', 'superseded'],
  ['uninstalled', 'uninstalled'],
]);

/** A column of nothing but such words: without it, missing updates would pass for installed ones. */
function takeStates(
  open: Column[],
): { readonly column: string; readonly states: ReadonlyMap<string, MappedState> } | undefined {
  const isState: Rule = ({ texts }) => texts.length > 0 && texts.every((text) => stateWords.has(text.toLowerCase()));
  const texts = open.find(isState)?.texts ?? [];
  const column = take(open, isState);
  if (column === undefined) return undefined;
  const words = [...new Set(texts.map((text) => text.toLowerCase()))].sort();
  return { column, states: new Map(words.map((word) => [word, stateWords.get(word) ?? 'missing'])) };
}

function isKbNumbers({ texts }: Column): boolean {
  return texts.length > 0 && texts.every((text) => /^(?:\d{6,7}[\s,;|]{0,3})+$/.test(text.slice(0, 2000)));
}
