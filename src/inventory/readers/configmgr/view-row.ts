import { plainNameKey, RowShape } from '../../text/named-row.ts';
import type { NamedRow } from '../../text/named-row.ts';

/** `Name` as the views of the database call it, `Name0`, and as WMI and the administration service do. */
export function column(...names: readonly string[]): readonly string[] {
  return names.flatMap((name) => [`${name}0`, name]);
}

export const identityColumns = {
  resourceId: ['ResourceID', 'MachineID', 'ResourceId', 'ItemKey'],
  name: [
    ...column('Netbios_Name', 'Name', 'SystemName', 'NetbiosName'),
    'ComputerName',
    'Computer Name',
    'MachineName',
    'DeviceName',
    'Hostname',
  ],
  fullName: column('Resource_Names', 'ResourceNames'),
} as const;

/** Columns that only exports of Configuration Manager have. */
const ownColumns = [
  ...column('Operating_System_Name_and', 'OperatingSystemNameandVersion', 'BuildExt', 'SMS_Unique_Identifier'),
  'SMSUniqueIdentifier',
];
/** Columns that others have too: with the id of a resource, or with the suffix that the views give them. */
const shared = ['HotFixID', 'Caption', 'BuildNumber', 'Build', 'UBR', 'DisplayName', 'ProductName'];
const sharedColumns = [...column(...shared), 'Build01'];
const viewColumns = [...shared.map((name) => `${name}0`), 'Build01'];
const stateColumns = ['Status', 'State', 'StateName', 'StateDescription', 'StatusName'];

/** How sure a row is of Configuration Manager, 0 for another's. */
export function confidenceOfRow(row: NamedRow): number {
  const isKnown = row.has('ResourceID');
  const isNamed = row.has(...identityColumns.name);
  if ((isKnown || isNamed) && row.has(...ownColumns)) return 0.9;
  if (isKnown && row.has(...sharedColumns)) return 0.85;
  if (row.has('ArticleID', 'CI_ID') && row.has(...stateColumns)) {
    if (isKnown) return 0.9;
    if (isNamed || row.has(...identityColumns.resourceId)) return 0.8;
  }
  if (row.has('Name0', 'Netbios_Name0') && row.has(...viewColumns)) return 0.85;
  return isUpdateInfo(row) ? 0.3 : 0;
}

/** A row of `v_UpdateInfo`: what an update's id stands for. */
export function isUpdateInfo(row: NamedRow): boolean {
  return row.has('CI_ID') && row.has('ArticleID') && !row.has('ResourceID');
}

/** A name may carry its view or class, `SYS.Name0`. */
export const viewRows = new RowShape(
  (row) => confidenceOfRow(row) > 0,
  (name) => plainNameKey(name.slice(name.lastIndexOf('.') + 1)),
);
