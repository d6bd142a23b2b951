import { complex, entityType, instant, int64, listOf, nullable, oneOf, text } from './edm.ts';

const relatedUser = complex('RelatedUser', {
  userName: nullable(text('Account name.')),
  domainName: nullable(text('Domain of the account.')),
});

const comment = complex('AlertComment', {
  comment: nullable(text('What was said.')),
  createdBy: nullable(text('By whom.')),
  createdTime: nullable(instant('When.')),
});

const evidence = complex('AlertEvidence', {
  entityType: nullable(text('`File`, `Process`, `Ip` …')),
  evidenceCreationTime: nullable(instant('When it was found.')),
});

/**
 * Defender's `Alert`; keys in wire order. kbgap raises none: its lists are always empty, and the type tells what may be asked.
 * Source: Microsoft Learn, "Alert resource type".
 */
export const alertType = entityType('Alert', {
  id: text('Id of the alert.'),
  incidentId: nullable(int64('Incident it belongs to.')),
  investigationId: nullable(int64('Automated investigation.')),
  assignedTo: nullable(text('Owner.')),
  severity: oneOf('AlertSeverity', ['UnSpecified', 'Informational', 'Low', 'Medium', 'High'], 'How grave it is.'),
  status: oneOf('AlertStatus', ['Unknown', 'New', 'InProgress', 'Resolved'], 'How far it is.'),
  classification: nullable(text('Verdict of an analyst.')),
  determination: nullable(text('Reason of the verdict.')),
  investigationState: nullable(text('State of the investigation.')),
  detectionSource: nullable(text('What found it.')),
  detectorId: nullable(text('Rule that found it.')),
  category: nullable(text('Tactic.')),
  threatFamilyName: nullable(text('Family of the threat.')),
  title: nullable(text('Title.')),
  description: nullable(text('Description.')),
  alertCreationTime: nullable(instant('When it was raised.')),
  firstEventTime: nullable(instant('First event.')),
  lastEventTime: nullable(instant('Last event.')),
  lastUpdateTime: nullable(instant('Last change.')),
  resolvedTime: nullable(instant('When it was resolved.')),
  machineId: nullable(text('Device it is about.')),
  computerDnsName: nullable(text('Name of the device.')),
  rbacGroupName: nullable(text('Device group.')),
  aadTenantId: nullable(text('Tenant.')),
  threatName: nullable(text('Name of the threat.')),
  mitreTechniques: nullable(listOf(text('`T1059`'), 'Techniques of MITRE ATT&CK.')),
  relatedUser: nullable(relatedUser),
  comments: nullable(listOf(comment, 'What analysts said.')),
  evidence: nullable(listOf(evidence, 'Only with `$expand=evidence`.')),
});
