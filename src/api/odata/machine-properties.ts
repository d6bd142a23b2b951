import type { FilterProperty } from '../../store/filter.ts';

/** What a property of a machine is in the store; `fixed`: the same value for every machine; `unknown`: kbgap has none. */
export type MachineProperty =
  | { readonly kind: 'stored'; readonly property: FilterProperty; readonly isDate: boolean }
  | { readonly kind: 'fixed'; readonly value: string | null };

const stored = (property: FilterProperty, isDate = false): MachineProperty => ({ kind: 'stored', property, isDate });
const fixed = (value: string | null): MachineProperty => ({ kind: 'fixed', value });

/** By name in lower case: clients write `riskScore` and `RiskScore`. */
export const machineProperties: ReadonlyMap<string, MachineProperty> = new Map([
  ['id', stored('id')],
  ['computerdnsname', stored('name')],
  ['osplatform', stored('osPlatform')],
  ['version', stored('displayVersion')],
  ['machinetags', stored('tags')],
  ['lastipaddress', stored('ipAddresses')],
  ['lastseen', stored('reportedAt', true)],
  ['firstseen', stored('firstSeenAt', true)],
  ['healthstatus', fixed('Unknown')],
  ['devicevalue', fixed('Normal')],
  ['riskscore', fixed('None')],
  ['onboardingstatus', fixed('InsufficientInfo')],
  ['rbacgroupid', fixed('0')],
  ['rbacgroupname', fixed(null)],
  ['aaddeviceid', fixed(null)],
  ['lastexternalipaddress', fixed(null)],
  ['agentversion', fixed(null)],
]);
