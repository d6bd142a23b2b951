import type { GroupOf, GroupRow } from '../../store/group-store.ts';
import { nameKey } from '../../store/name-key.ts';
import { GroupNotFoundError } from './group-error.ts';
import { compileRules } from './group-rules.ts';

/** What devices in no group are said to be in; its number is 0. No group can be named so. */
export const unassignedGroup = 'UnassignedGroup';

/** The device groups of one tenant as they stand at one revision. */
export class TenantGroups {
  readonly revision: number;
  /** By rank. */
  readonly list: readonly GroupRow[];
  readonly #ids: ReadonlyMap<string, number>;
  #rules: GroupOf | undefined;

  constructor(list: readonly GroupRow[], revision: number) {
    this.list = list;
    this.revision = revision;
    this.#ids = new Map(list.map(({ name, id }) => [name, id]));
  }

  /** Where the rules put a device; compiled when it is first asked. */
  readonly groupOf: GroupOf = (device) => {
    if (this.list.length === 0) return '';
    this.#rules ??= compileRules(this.list);
    return this.#rules(device);
  };

  /** Defender's `rbacGroupId` of a device's group; 0 for none, and for one that is gone. */
  idOf(deviceGroup: string): number {
    return this.#ids.get(deviceGroup) ?? 0;
  }

  /** As devices name it, from what somebody wrote; `''` for `UnassignedGroup`. @throws {GroupNotFoundError} */
  parse(name: string): string {
    const key = nameKey(name.trim());
    if (key === nameKey(unassignedGroup)) return '';
    const group = this.list.find((each) => nameKey(each.name) === key);
    if (group === undefined) throw new GroupNotFoundError(name);
    return group.name;
  }
}

/** `Berlin`, `UnassignedGroup`. */
export function shownGroup(deviceGroup: string): string {
  return deviceGroup === '' ? unassignedGroup : deviceGroup;
}

export const noGroups = new TenantGroups([], 0);
