import { entityType, guid, instant, nullable, oneOf, text } from './edm.ts';

/**
 * Defender's `MachineAction`; keys in wire order. kbgap runs nothing on devices: its lists are always empty.
 * Source: Microsoft Learn, "MachineAction resource type".
 */
export const machineActionType = entityType('MachineAction', {
  id: guid('Id of the action.'),
  type: oneOf(
    'MachineActionType',
    [
      'RunAntiVirusScan',
      'Offboard',
      'CollectInvestigationPackage',
      'Isolate',
      'Unisolate',
      'StopAndQuarantineFile',
      'RestrictCodeExecution',
      'UnrestrictCodeExecution',
      'LiveResponse',
    ],
    'What is done.',
  ),
  title: nullable(text('Title.')),
  requestor: nullable(text('Who asked for it.')),
  requestorComment: nullable(text('Why.')),
  status: oneOf(
    'MachineActionStatus',
    ['Pending', 'InProgress', 'Succeeded', 'Failed', 'TimeOut', 'Cancelled'],
    'How far it is.',
  ),
  machineId: nullable(text('Device.')),
  computerDnsName: nullable(text('Name of the device.')),
  creationDateTimeUtc: nullable(instant('When it was asked for.')),
  lastUpdateDateTimeUtc: nullable(instant('Last change.')),
  cancellationRequestor: nullable(text('Who called it off.')),
  cancellationComment: nullable(text('Why it was called off.')),
  cancellationDateTimeUtc: nullable(instant('When it was called off.')),
  scope: nullable(text('`Full` or `Selective`.')),
  externalId: nullable(text('Id given by the one who asked.')),
  requestSource: nullable(text('`Portal`, `PublicApi` …')),
});
