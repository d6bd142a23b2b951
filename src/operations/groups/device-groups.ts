import type { GroupRow, GroupRule } from '../../store/group-store.ts';
import { nameKey } from '../../store/name-key.ts';
import type { ClientRow, DeviceRow, Tenant } from '../../store/store.ts';
import { auditLine, localOperator } from '../audit.ts';
import type { Actor, AuditAction } from '../audit.ts';
import { summarizeClient } from '../clients.ts';
import type { ClientSummary } from '../clients.ts';
import type { OperationContext } from '../context.ts';
import { getDevice } from '../get-device.ts';
import { ClientNotFoundError, DeviceNotFoundError } from '../operation-error.ts';
import type { Scope } from '../scope.ts';
import { GroupExistsError, GroupFormatError } from './group-error.ts';
import { parseRule } from './group-rules.ts';
import type { Regrouper } from './regrouper.ts';
import { shownGroup, unassignedGroup } from './tenant-groups.ts';
import type { TenantGroups } from './tenant-groups.ts';

/** What is wanted of a group; what is left out stays, or is chosen for a new one. */
export interface GroupWish {
  /** Kinds of conditions; each that is given takes the place of the former. */
  readonly rule?: Partial<GroupRule>;
  /** 1 is asked first; the last one unless told. */
  readonly rank?: number;
}

export interface NewGroup extends GroupWish {
  readonly name: string;
  /** Defender's `rbacGroupId`; the next free number unless told. */
  readonly id?: number;
}

/** A group as lists show it. */
export type DeviceGroup = Omit<GroupRow, 'tenantId'>;

const mostGroups = 1000;
/** `rbacGroupId` is an Int32. */
const largestId = 2_147_483_647;

/** The device groups of tenants: the highest-ranked group whose rule fits takes a device, unless somebody put it into one. */
export class DeviceGroups {
  readonly #context: OperationContext;
  readonly #regrouper: Regrouper;
  /** Takes up what other processes did a moment ago. */
  readonly #lookAgain: () => void;

  constructor(context: OperationContext, regrouper: Regrouper, lookAgain: () => void) {
    this.#context = context;
    this.#regrouper = regrouper;
    this.#lookAgain = lookAgain;
  }

  /** By rank. */
  list(tenant: Tenant): readonly DeviceGroup[] {
    return this.#of(tenant).list.map(toDeviceGroup);
  }

  /** Defender's `rbacGroupId` of a device's group; 0 for none. */
  idOf(tenant: Tenant, deviceGroup: string): number {
    return this.#context.directory.groupsOf(tenant.id).idOf(deviceGroup);
  }

  /** Resolves when the devices that fit are in it. @throws {GroupFormatError} {@link GroupExistsError} */
  async create(tenant: Tenant, wish: NewGroup, by: Actor = localOperator): Promise<DeviceGroup> {
    const name = parseName(wish.name);
    const rule = parseRule(wish.rule ?? {});
    const createdAt = this.#context.now().toISOString();
    const change = (kept: readonly GroupRow[], nextId: number): readonly GroupRow[] => {
      if (kept.length >= mostGroups) throw new GroupFormatError(`at most ${mostGroups} device groups`, kept.length + 1);
      const id = parseId(wish.id ?? nextId);
      if (kept.some((group) => nameKey(group.name) === nameKey(name))) throw new GroupExistsError(name);
      if (kept.some((group) => group.id === id)) throw new GroupExistsError(`number ${id}`);
      return ranked(kept, { tenantId: tenant.id, id, name, rank: 0, rule, createdAt }, wish.rank ?? kept.length + 1);
    };
    await this.#change(tenant, { by, action: 'group.created', subject: name, detail: { rule } }, change);
    return this.#get(tenant, name);
  }

  /** Resolves when every device is where it belongs now. @throws {GroupNotFoundError} {@link GroupFormatError} */
  async change(tenant: Tenant, given: string, wish: GroupWish, by: Actor = localOperator): Promise<DeviceGroup> {
    const { name } = this.#get(tenant, given);
    const parsed = parseRule(wish.rule ?? {});
    const kinds = Object.keys(wish.rule ?? {}) as readonly (keyof GroupRule)[];
    const wanted = Object.fromEntries(kinds.map((kind) => [kind, parsed[kind]])) as Partial<GroupRule>;
    const change = (kept: readonly GroupRow[]): readonly GroupRow[] => {
      const group = kept.find((each) => each.name === name);
      if (group === undefined) return kept;
      const others = kept.filter((each) => each !== group);
      return ranked(others, { ...group, rule: { ...group.rule, ...wanted } }, wish.rank ?? group.rank);
    };
    const detail = { rule: wanted, ...(wish.rank === undefined ? {} : { rank: wish.rank }) };
    await this.#change(tenant, { by, action: 'group.changed', subject: name, detail }, change);
    return this.#get(tenant, name);
  }

  /** Its devices go where the other groups take them; clients bound to it see nothing of it. @throws {GroupNotFoundError} */
  async delete(tenant: Tenant, given: string, by: Actor = localOperator): Promise<DeviceGroup> {
    const group = this.#get(tenant, given);
    const change = (kept: readonly GroupRow[]): readonly GroupRow[] =>
      kept.filter(({ name }) => name !== group.name).map((each, index) => ({ ...each, rank: index + 1 }));
    await this.#change(tenant, { by, action: 'group.deleted', subject: group.name }, change);
    return group;
  }

  /**
   * Puts a device into a group, `UnassignedGroup` for none, whatever the rules say; `null`: the rules decide again.
   * @throws {DeviceNotFoundError} {@link GroupNotFoundError}
   */
  async assign(scope: Scope, idOrName: string, given: string | null, by: Actor = localOperator): Promise<DeviceRow> {
    const { store, directory } = this.#context;
    const { tenant } = scope;
    const group = given === null ? null : this.#of(tenant).parse(given);
    const { id } = await getDevice(store, scope, idOrName);
    const detail = { group: group === null ? null : shownGroup(group) };
    const line = auditLine(this.#context, { tenant, by, action: 'device.assigned', subject: id, detail });
    const { groupOf } = directory.groupsOf(tenant.id);
    const assigned = await store.groups.assign(tenant.id, id, { group, groupOf, line });
    if (assigned === undefined) throw new DeviceNotFoundError(idOrName, false);
    return assigned;
  }

  /** Binds a client to groups, or to none (`null`); its tokens are good for just that from now on. @throws {ClientNotFoundError} {@link GroupNotFoundError} */
  async bindClient(
    tenant: Tenant,
    clientId: string,
    given: readonly string[] | null,
    by: Actor = localOperator,
  ): Promise<ClientSummary> {
    const { store, directory } = this.#context;
    const id = clientId.trim().toLowerCase();
    const groups = given === null ? null : this.parse(tenant, given);
    const detail = { groups: groups?.map(shownGroup) ?? null };
    const line = auditLine(this.#context, { tenant, by, action: 'client.changed', subject: id, detail });
    const bound: ClientRow | undefined = await store.groups.bindClient(tenant.id, id, groups, line);
    if (bound === undefined) throw new ClientNotFoundError(clientId);
    directory.reload();
    return summarizeClient(bound);
  }

  /** As devices name them, each once. @throws {GroupNotFoundError} */
  parse(tenant: Tenant, names: readonly string[]): readonly string[] {
    const groups = this.#of(tenant);
    return [...new Set(names.map((name) => groups.parse(name)))].sort();
  }

  async #change(
    tenant: Tenant,
    act: {
      readonly by: Actor;
      readonly action: AuditAction;
      readonly subject: string;
      readonly detail?: Readonly<Record<string, unknown>>;
    },
    change: (kept: readonly GroupRow[], nextId: number) => readonly GroupRow[],
  ): Promise<void> {
    const { store, directory } = this.#context;
    await store.groups.change(tenant.id, change, auditLine(this.#context, { tenant, ...act }));
    directory.reload();
    await this.#regrouper.run(tenant.id);
  }

  #of(tenant: Tenant): TenantGroups {
    this.#lookAgain();
    return this.#context.directory.groupsOf(tenant.id);
  }

  #get(tenant: Tenant, given: string): DeviceGroup {
    const groups = this.#of(tenant);
    const name = groups.parse(given);
    const group = groups.list.find((each) => each.name === name);
    if (group === undefined) throw new GroupFormatError('a device group that was created', given);
    return toDeviceGroup(group);
  }
}

/** With `group` at `rank`, and all counted through from 1. @throws {GroupFormatError} */
function ranked(others: readonly GroupRow[], group: GroupRow, rank: number): readonly GroupRow[] {
  if (!Number.isInteger(rank) || rank < 1) throw new GroupFormatError('a rank from 1', rank);
  return others.toSpliced(rank - 1, 0, group).map((each, index) => ({ ...each, rank: index + 1 }));
}

function parseName(given: string): string {
  const name = given.trim().normalize('NFC');
  // eslint-disable-next-line no-control-regex
  if (name === '' || name.length > 100 || /[\u0000-\u001f\u007f-\u009f]/.test(name))
    throw new GroupFormatError('a name of 1 to 100 characters', given);
  if (nameKey(name) === nameKey(unassignedGroup))
    throw new GroupFormatError(`another name than ${unassignedGroup}, which is that of devices in no group`, given);
  return name;
}

function parseId(id: number): number {
  if (!Number.isInteger(id) || id < 1 || id > largestId)
    throw new GroupFormatError(`a number from 1 to ${largestId}`, id);
  return id;
}

function toDeviceGroup({ id, name, rank, rule, createdAt }: GroupRow): DeviceGroup {
  return { id, name, rank, rule, createdAt };
}
