import { RowShape } from '../../text/named-row.ts';
import type { NamedRow } from '../../text/named-row.ts';

export const nameColumns = ['FullDomainName', 'Computername', 'Computer', 'Name'] as const;
export const idColumns = ['ComputerTargetId', 'ComputerID', 'Id'] as const;

/** A computer as the console's objects have it: `Get-WsusComputer`, PoshWSUS, as JSON, CSV or a list. */
function isComputer(row: NamedRow): boolean {
  return (
    row.has('FullDomainName') && row.has('LastReportedStatusTime', 'LastSyncTime', 'OSDescription', 'ClientVersion')
  );
}

/** What `Get-WsusComputer` shows. */
function isShownComputer(row: NamedRow): boolean {
  return row.has('Computer') && row.has('IP Address') && row.has('Last Status Report');
}

/** A row of SUSDB: `tbComputerTargetDetail`, `PUBLIC_VIEWS.vComputerTarget`. */
function isDatabaseRow(row: NamedRow): boolean {
  return (
    row.has('OSBuildNumber') && row.has('OSMajorVersion') && row.has('ClientVersion', 'OldProductType', 'LastSyncTime')
  );
}

/** What an update is on a computer, by PoshWSUS. */
export function isUpdateRow(row: NamedRow): boolean {
  return row.has('UpdateInstallationState') && row.has('UpdateKB', 'UpdateTitle') && row.has(...nameColumns);
}

export const wsusRows = new RowShape(
  (row) => isComputer(row) || isShownComputer(row) || isDatabaseRow(row) || isUpdateRow(row),
);
