import type { GroupRule } from '../../store/group-store.ts';
import type { DeviceGroup, GroupWish } from '../../operations/groups/device-groups.ts';
import { shownGroup } from '../../operations/groups/tenant-groups.ts';
import { wholeTenant } from '../../operations/scope.ts';
import { exitCodes, UsageError } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print } from '../output.ts';
import { withApplication } from '../with-application.ts';

interface GroupOptions extends CommonOptions {
  readonly tag?: readonly string[];
  readonly name?: readonly string[];
  readonly os?: readonly string[];
  readonly ip?: readonly string[];
  readonly rank?: string;
  readonly id?: string;
}

interface AssignOptions extends CommonOptions {
  readonly byRules?: boolean;
}

/** `kbgap group create NAME`: returns when the devices that fit are in it. */
export function runGroupCreate([name = '']: readonly string[], options: GroupOptions): Promise<ExitCode> {
  const id = numberOf('--id', options.id);
  const wish = { name, ...wishOf(options), ...(id === undefined ? {} : { id }) };
  return withApplication(options, async (application, tenant) => {
    tellGroup(await application.groups.create(tenant, wish), options);
    return exitCodes.clean;
  });
}

/** `kbgap group change NAME`: each kind of condition that is given takes the place of the former. */
export function runGroupChange([name = '']: readonly string[], options: GroupOptions): Promise<ExitCode> {
  const wish = wishOf(options);
  if (Object.keys(wish).length === 0) throw new UsageError('expected --tag, --name, --os, --ip or --rank');
  return withApplication(options, async (application, tenant) => {
    tellGroup(await application.groups.change(tenant, name, wish), options);
    return exitCodes.clean;
  });
}

/** `kbgap group list`: by rank. */
export function runGroupList(_: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const groups = application.listGroups(tenant);
    if (options.json === true) print(JSON.stringify(groups, null, 2));
    else for (const group of groups) print(textOf(group));
    return exitCodes.clean;
  });
}

/** `kbgap group delete NAME`: its devices go where the other groups take them. */
export function runGroupDelete([name = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  return withApplication(options, async (application, tenant) => {
    const deleted = await application.groups.delete(tenant, name);
    if (options.json === true) print(JSON.stringify({ id: deleted.id, name: deleted.name }));
    else if (options.quiet !== true) print(`${deleted.name} deleted`);
    return exitCodes.clean;
  });
}

/** `kbgap group assign DEVICE GROUP`, or `DEVICE --by-rules`. */
export function runGroupAssign([device = '', group]: readonly string[], options: AssignOptions): Promise<ExitCode> {
  if ((group === undefined) !== (options.byRules === true))
    throw new UsageError('expected the name of a group, or --by-rules, and not both');
  return withApplication(options, async (application, tenant) => {
    const { id, deviceGroup } = await application.groups.assign(wholeTenant(tenant), device, group ?? null);
    const shown = shownGroup(deviceGroup);
    if (options.json === true) print(JSON.stringify({ deviceId: id, group: shown }));
    else if (options.quiet !== true) print(`${id}  ${shown}`);
    return exitCodes.clean;
  });
}

function wishOf({ tag, name, os, ip, rank }: GroupOptions): GroupWish {
  const rule: Partial<GroupRule> = {
    ...(tag === undefined ? {} : { tags: cleared(tag) }),
    ...(name === undefined ? {} : { names: cleared(name) }),
    ...(os === undefined ? {} : { osPlatforms: cleared(os) }),
    ...(ip === undefined ? {} : { ipRanges: cleared(ip) }),
  };
  const wanted = numberOf('--rank', rank);
  return { ...(Object.keys(rule).length === 0 ? {} : { rule }), ...(wanted === undefined ? {} : { rank: wanted }) };
}

/** `--tag ''` takes the conditions of that kind away. */
function cleared(values: readonly string[]): readonly string[] {
  return values.length === 1 && values[0] === '' ? [] : values;
}

function numberOf(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,9}$/.test(text))
    throw new UsageError(`${option}: expected a number from 1, got ${JSON.stringify(text)}`);
  return Number(text);
}

function tellGroup(group: DeviceGroup, options: CommonOptions): void {
  if (options.json === true) print(JSON.stringify(group));
  else if (options.quiet !== true) print(textOf(group));
}

function textOf({ id, name, rank, rule }: DeviceGroup): string {
  const kinds = [
    ['tag', rule.tags],
    ['name', rule.names],
    ['os', rule.osPlatforms],
    ['ip', rule.ipRanges],
  ] as const;
  const conditions = kinds
    .filter(([, values]) => values.length > 0)
    .map(([kind, values]) => `${kind} ${values.join(', ')}`);
  return `${rank}  ${name}  id ${id}  ${conditions.length === 0 ? 'only what is assigned' : conditions.join(' and ')}`;
}
