import type { FilterProperty, FilterTree, SortProperty } from '../../store/filter.ts';
import type { Literal } from '../odata/filter.ts';
import { shownGroup } from '../../operations/groups/tenant-groups.ts';
import { exposureLevelOf, inactiveBefore } from './machine.ts';
import type { MachineFacts, MachineState } from './machine.ts';

/**
 * Where a property of a machine is kept. `cases`: it has one of a few values, each told by a predicate over what is kept; a
 * value that all machines share is one case. `state`: the patch state decides it, and devices are found by their states.
 */
export type MachineColumn =
  | { readonly kind: 'stored'; readonly property: FilterProperty }
  | { readonly kind: 'cases'; readonly cases: readonly MachineCase[] }
  | { readonly kind: 'state'; readonly valueOf: (state: MachineState) => Literal };

export interface MachineCase {
  readonly value: Literal;
  readonly holds: FilterTree;
}

const always: FilterTree = { kind: 'constant', value: true };
const stored = (property: FilterProperty): MachineColumn => ({ kind: 'stored', property });
const constant = (value: Literal): MachineColumn => ({ kind: 'cases', cases: [{ value, holds: always }] });

const columns: Readonly<Record<string, MachineColumn>> = {
  id: stored('id'),
  computerDnsName: stored('name'),
  osPlatform: { kind: 'state', valueOf: ({ osPlatform }) => osPlatform },
  osBuild: { kind: 'state', valueOf: ({ osBuild }) => osBuild },
  exposureLevel: { kind: 'state', valueOf: exposureLevelOf },
  osProcessor: stored('architecture'),
  version: stored('displayVersion'),
  machineTags: stored('tags'),
  tags: stored('tags'),
  assetCriticalityLevel: constant(null),
  lastIpAddress: stored('lastIpAddress'),
  lastSeen: stored('reportedAt'),
  firstSeen: stored('firstSeenAt'),
  mergedIntoMachineId: constant(null),
  isPotentialDuplication: constant(false),
  isExcluded: constant(false),
  exclusionReason: constant(null),
  lastExternalIpAddress: constant(null),
  agentVersion: constant(null),
  deviceValue: constant('Normal'),
  riskScore: constant('None'),
  isAadJoined: constant(null),
  aadDeviceId: constant(null),
  onboardingStatus: constant('Onboarded'),
  managedBy: constant('Unknown'),
  managedByStatus: constant('Unknown'),
  osArchitecture: architectureCases(),
};

/** By the name of the property. */
export function machineColumnOf(name: string, facts: MachineFacts): MachineColumn | undefined {
  if (name === 'healthStatus') return healthCases(facts.now);
  if (name === 'rbacGroupId') return groupCases(facts, ({ id }) => id);
  if (name === 'rbacGroupName') return groupCases(facts, (group) => shownGroup(group.name));
  return columns[name];
}

/** Properties that the store sorts by as they are kept. */
export function sortPropertyOf(name: string, facts: MachineFacts): SortProperty | undefined {
  const column = machineColumnOf(name, facts);
  return column?.kind !== 'stored' || column.property === 'tags' || column.property === 'ipAddresses'
    ? undefined
    : column.property;
}

function groupCases(
  { groups }: MachineFacts,
  valueOf: (group: MachineFacts['groups'][number]) => Literal,
): MachineColumn {
  const cases = [{ id: 0, name: '' }, ...groups].map((group) => ({
    value: valueOf(group),
    holds: { kind: 'compare', property: 'deviceGroup', operator: 'eq', value: group.name } as const,
  }));
  return { kind: 'cases', cases };
}

function healthCases(now: Date): MachineColumn {
  const inactive: FilterTree = {
    kind: 'compare',
    property: 'reportedAt',
    operator: 'lt',
    value: inactiveBefore(now),
  };
  return {
    kind: 'cases',
    cases: [
      { value: 'Active', holds: { kind: 'not', operand: inactive } },
      { value: 'Inactive', holds: inactive },
    ],
  };
}

function architectureCases(): MachineColumn {
  const is = (operator: 'eq' | 'ne', value: string | null): FilterTree => ({
    kind: 'compare',
    property: 'architecture',
    operator,
    value,
  });
  return {
    kind: 'cases',
    cases: [
      { value: '32-bit', holds: is('eq', 'x86') },
      { value: '64-bit', holds: { kind: 'and', operands: [is('ne', null), is('ne', 'x86')] } },
      { value: null, holds: is('eq', null) },
    ],
  };
}
