import { parseJson } from '../../text/json-text.ts';
import { parseBuild, parseUbr } from '../../facts/build-number.ts';
import { fieldOf, isRecord, recordField, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';

/** What a host's variables say of the registry's `CurrentVersion` key, wherever a playbook registered it. */
export interface RegisteredVersion {
  /** `4317`; every different one that was found. */
  readonly ubrs: readonly number[];
  /** Every different one. */
  readonly builds: readonly string[];
  readonly displayVersion: string | undefined;
  readonly editionId: string | undefined;
  readonly installationType: string | undefined;
}

const deepest = 8;
const mostSeen = 100_000;
const valueNames = ['UBR', 'CurrentBuild', 'CurrentBuildNumber', 'DisplayVersion', 'EditionID', 'InstallationType'];

/**
 * Values of the registry in the results of `win_reg_stat` (of one value or of the key), of `win_powershell`, of `win_shell`
 * and in variables that were set from them. A value is told by its registry name: in the result, in the arguments of the
 * task, as the item of a loop, or in the variable's name (`windows_ubr`).
 */
export function findRegisteredVersion(scopes: readonly JsonRecord[]): RegisteredVersion {
  const found = new Map<string, Set<string>>();
  const add = (name: string, value: unknown): void => {
    const text = scalarOf(value);
    if (text === undefined) return;
    const values = found.get(name) ?? new Set();
    found.set(name, values.add(text));
  };
  /** A command that was asked for the UBR may write it behind the build, `20348.2113`. */
  const addAnswer = (name: string, result: unknown): void => {
    const level = name === 'UBR' ? parseBuild(scalarOf(result)) : undefined;
    add(name, level?.ubr ?? result);
    if (level?.ubr !== undefined) add('CurrentBuild', level.build);
  };
  let seen = 0;
  const walk = (value: unknown, key: string, depth: number): void => {
    seen += 1;
    if (depth > deepest || seen > mostSeen) return;
    if (Array.isArray(value)) for (const item of value) walk(item, key, depth + 1);
    else if (isRecord(value)) {
      const asked = valueNames.find((name) => name === askedName(value)) ?? (namesUbr(key) ? 'UBR' : undefined);
      if (asked !== undefined) addAnswer(asked, value);
      for (const name of valueNames) add(name, fieldOf(value, name));
      for (const [innerKey, inner] of Object.entries(value)) if (!isBulky(innerKey)) walk(inner, innerKey, depth + 1);
    } else if (namesUbr(key)) add('UBR', value);
    else if (key === 'stdout') for (const record of recordsOf(value)) walk(record, key, depth + 1);
  };
  for (const scope of scopes) walk(scope, '', 0);
  const ubrs = [...(found.get('UBR') ?? [])].flatMap((text) => parseUbr(text) ?? []);
  return {
    ubrs: [...new Set(ubrs)],
    builds: [...new Set([...(found.get('CurrentBuild') ?? []), ...(found.get('CurrentBuildNumber') ?? [])])],
    displayVersion: onlyOne(found.get('DisplayVersion')),
    editionId: onlyOne(found.get('EditionID')),
    installationType: onlyOne(found.get('InstallationType')),
  };
}

/** The registry value that a task or an item of a loop asked for. */
function askedName(result: JsonRecord): string | undefined {
  const args = recordField(recordField(result, 'invocation') ?? {}, 'module_args');
  const script = args === undefined ? undefined : textField(args, '_raw_params', 'script', 'cmd');
  const asked = textField(result, 'item') ?? (args === undefined ? undefined : textField(args, 'name', 'entry'));
  if (asked !== undefined && valueNames.includes(asked)) return asked;
  const command = script ?? textField(result, 'cmd') ?? '';
  return /[.'"\s]UBR\b/i.test(command.slice(0, 4000)) ? 'UBR' : undefined;
}

function namesUbr(key: string): boolean {
  return /(?:^|[^a-z])ubr(?:$|[^a-z])/i.test(key) || /[a-z]UBR(?:$|[^A-Z])/.test(key);
}

/** A value as it stands, or out of a task's result: `raw_value` of the registry, `output`, the only line of `stdout`. */
function scalarOf(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'string') {
    const text = String(value).trim();
    return text === '' || text.length > 100 ? undefined : text;
  }
  if (Array.isArray(value)) return value.length === 1 ? scalarOf(value[0]) : undefined;
  if (!isRecord(value)) return undefined;
  return scalarOf(fieldOf(value, 'value', 'raw_value', 'output', 'stdout'));
}

/** What a command wrote as JSON. */
function recordsOf(stdout: unknown): readonly JsonRecord[] {
  const text = typeof stdout === 'string' ? stdout.trim() : '';
  if (!text.startsWith('{') || text.length > 1_000_000) return [];
  try {
    const value: unknown = parseJson(text);
    return isRecord(value) ? [value] : [];
  } catch {
    return [];
  }
}

/** Parts of a host's variables that are about other hosts, or large and about something else. */
function isBulky(key: string): boolean {
  return (
    key === 'hostvars' || key === 'groups' || key === 'updates' || key === 'filtered_updates' || key === 'ansible_env'
  );
}

function onlyOne(texts: ReadonlySet<string> | undefined): string | undefined {
  return texts?.size === 1 ? [...texts][0] : undefined;
}
