import { countMachineAlerts } from './alerts/count-machine-alerts.ts';
import { listAlerts, listMachineAlerts } from './alerts/list-alerts.ts';
import { counts } from './counts.ts';
import { assetLists } from '../exports/asset-lists.ts';
import { listAssets } from './exports/list-assets.ts';
import { listVulnerabilityChanges } from './exports/list-changes.ts';
import { listExportFiles } from './exports/list-export-files.ts';
import { listMachineActions } from './machine-actions/list-machine-actions.ts';
import { refusedMachineActions } from './machine-actions/refuse-machine-actions.ts';
import { findMachinesByIp, findMachinesByTag } from './machines/find-machines.ts';
import { getMachine } from './machines/get-machine.ts';
import { listMachines } from './machines/list-machines.ts';
import { listMissingKbs } from './machines/list-missing-kbs.ts';
import { listMachineRecommendations } from './machines/list-recommendations.ts';
import { listMachineSoftware } from './machines/list-software.ts';
import { getMetadata } from './metadata/get-metadata.ts';
import { listMachineVulnerabilities } from './machines/list-vulnerabilities.ts';
import { createClient, listClients, revokeClient } from './own/access/clients.ts';
import { listTokens } from './own/access/list-tokens.ts';
import { acceptQuarantined, dropQuarantined } from './own/catalogue/decide-quarantine.ts';
import { getCatalogue } from './own/catalogue/get-catalogue.ts';
import { listCatalogueAnomalies } from './own/catalogue/list-anomalies.ts';
import { listCatalogueRevisions } from './own/catalogue/list-revisions.ts';
import { importFile, previewImport } from './own/import/import-file.ts';
import { listCves } from './own/cves.ts';
import { getDeviceView, getWhy } from './own/get-device.ts';
import { getOverview } from './own/get-overview.ts';
import { listChanges } from './own/list-changes.ts';
import { listDevices } from './own/list-devices.ts';
import { search } from './own/search.ts';
import { getUpdate, listUpdates } from './own/updates.ts';
import { getAssessment } from './own/get-assessment.ts';
import { getCve } from './own/get-cve.ts';
import { getDeviceFacts } from './own/get-device-facts.ts';
import { getExposure } from './own/get-exposure.ts';
import { getStatus } from './own/get-status.ts';
import { listAudit } from './own/list-audit.ts';
import { listAllMissingKbs } from './own/list-missing-kbs.ts';
import { postReport } from './own/post-report.ts';
import { postReportsBulk } from './own/post-reports-bulk.ts';
import { postVuls } from './own/post-vuls.ts';
import { getRecommendation } from './recommendations/get-recommendation.ts';
import { getRecommendedSoftware } from './recommendations/get-software.ts';
import { listRecommendationMachines } from './recommendations/list-machine-references.ts';
import { listRecommendations } from './recommendations/list-recommendations.ts';
import { listRecommendationVulnerabilities } from './recommendations/list-vulnerabilities.ts';
import type { Route } from './route.ts';
import { getConfigurationScore, getExposureScore, listGroupScores } from './scores/scores.ts';
import { getSoftware } from './software/get-software.ts';
import { listDistributions } from './software/list-distributions.ts';
import { listSoftwareMachines } from './software/list-machine-references.ts';
import { listSoftwareMissingKbs } from './software/list-missing-kbs.ts';
import { listSoftware } from './software/list-software.ts';
import { listSoftwareVulnerabilities } from './software/list-vulnerabilities.ts';
import { getVulnerability } from './vulnerabilities/get-vulnerability.ts';
import { listVulnerabilityMachines } from './vulnerabilities/list-machine-references.ts';
import { listMachinesVulnerabilities } from './vulnerabilities/list-machines-vulnerabilities.ts';
import { listVulnerabilities } from './vulnerabilities/list-vulnerabilities.ts';

/** Microsoft's contract, below `/api` and its alias `/api/v1.0`. */
export const contractRoutes: readonly Route[] = [
  listMissingKbs,
  listSoftwareMissingKbs,
  listMachineSoftware,
  listMachineVulnerabilities,
  listMachineRecommendations,
  ...findMachinesByTag,
  ...findMachinesByIp,
  getMachine,
  listMachines,
  ...assetLists.flatMap((list) => [listAssets(list), listExportFiles(list)]),
  listVulnerabilityChanges,
  listAlerts,
  listMachineAlerts,
  countMachineAlerts,
  listMachineActions,
  ...refusedMachineActions,
  getMetadata,
  listSoftware,
  getSoftware,
  listDistributions,
  listSoftwareMachines,
  listSoftwareVulnerabilities,
  listVulnerabilities,
  listMachinesVulnerabilities,
  getVulnerability,
  listVulnerabilityMachines,
  listRecommendations,
  getRecommendation,
  listRecommendationMachines,
  listRecommendationVulnerabilities,
  getRecommendedSoftware,
  ...counts,
  getExposureScore,
  listGroupScores,
  getConfigurationScore,
];

/** kbgap's own, below `/v1`. */
export const ownRoutes: readonly Route[] = [
  postReport,
  postReportsBulk,
  getOverview,
  listUpdates,
  getUpdate,
  listDevices,
  getDeviceView,
  getWhy,
  getAssessment,
  getDeviceFacts,
  listAllMissingKbs,
  listCves,
  getCve,
  getExposure,
  getStatus,
  listAudit,
  search,
  getCatalogue,
  listChanges,
  listCatalogueRevisions,
  listCatalogueAnomalies,
  acceptQuarantined,
  dropQuarantined,
  previewImport,
  importFile,
  listClients,
  createClient,
  revokeClient,
  listTokens,
];

/** Addresses of other products, whose clients know no other: below nothing. */
export const foreignRoutes: readonly Route[] = [postVuls];
