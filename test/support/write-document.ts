import type { WireDocument, WireRemediation, WireThreat, WireVulnerability } from '../../src/sources/msrc-cvrf/wire.ts';

// What kbgap reads of a document, written down again in the two forms in which the API gives it.
// Sources: the excerpt in ../shared/data/cvrf-json for the JSON, the documents in ../shared/data/cvrf for the XML.

/** The API's JSON: texts are `{ "Value" }`, kinds are numbers. */
export function toApiJson(document: WireDocument): string {
  const families = Map.groupBy(document.products, ({ family }) => family ?? '');
  return JSON.stringify({
    DocumentTitle: { Value: document.title },
    DocumentType: { Value: 'Security Update' },
    DocumentTracking: {
      Identification: { ID: { Value: document.id }, Alias: { Value: document.id } },
      Status: 2,
      Version: '1.0',
      InitialReleaseDate: document.initialReleaseDate,
      CurrentReleaseDate: document.currentReleaseDate,
    },
    ProductTree: {
      Branch: [
        {
          Items: [...families]
            .filter(([family]) => family !== '')
            .map(([family, products]) => ({
              Items: products.map(({ id, name }) => ({ ProductID: id, Value: name })),
              Type: 1,
              Name: family,
            })),
          Type: 0,
          Name: 'Microsoft',
        },
      ],
      FullProductName: document.products.map(({ id, name }) => ({ ProductID: id, Value: name })),
    },
    Vulnerability: document.vulnerabilities.map(vulnerabilityJson),
  });
}

function vulnerabilityJson({ cve, threats, remediations }: WireVulnerability): object {
  return {
    CVE: cve,
    Threats: threats.map(({ type, description, productIds }) => ({
      Description: { Value: description },
      ProductID: productIds,
      Type: type === 'Severity' ? 3 : 1,
    })),
    Remediations: remediations.map((row) => ({
      Description: { Value: row.description },
      URL: row.url,
      Supercedence: row.supercedence,
      ProductID: row.products.ids(),
      Type: 2,
      SubType: row.subType,
      FixedBuild: row.fixedBuild,
      RestartRequired: { Value: row.restartRequired },
    })),
  };
}

/** CVRF 1.1. */
export function toXml(document: WireDocument): string {
  const tracking =
    element('cvrf:Identification', element('cvrf:ID', text(document.id))) +
    element('cvrf:InitialReleaseDate', text(document.initialReleaseDate)) +
    element('cvrf:CurrentReleaseDate', text(document.currentReleaseDate));
  const products = document.products.map(
    ({ id, name }) => `<prod:FullProductName ProductID="${text(id)}">${text(name)}</prod:FullProductName>`,
  );
  return (
    `<?xml version="1.0" encoding="utf-8"?>\n<cvrf:cvrfdoc xmlns:cvrf="http://www.icasi.org/CVRF/schema/cvrf/1.1" ` +
    `xmlns:prod="http://www.icasi.org/CVRF/schema/prod/1.1" xmlns:vuln="http://www.icasi.org/CVRF/schema/vuln/1.1">` +
    element('cvrf:DocumentTitle', text(document.title)) +
    element('cvrf:DocumentTracking', tracking) +
    element('prod:ProductTree', products.join('')) +
    document.vulnerabilities.map(vulnerabilityXml).join('') +
    '</cvrf:cvrfdoc>\n'
  );
}

function vulnerabilityXml({ cve, threats, remediations }: WireVulnerability): string {
  return element(
    'vuln:Vulnerability',
    element('vuln:CVE', text(cve)) +
      element('vuln:Threats', threats.map(threatXml).join('')) +
      element('vuln:Remediations', remediations.map(remediationXml).join('')),
  );
}

function threatXml({ type, description, productIds }: WireThreat): string {
  return `<vuln:Threat Type="${type}">${element('vuln:Description', text(description))}${idsXml(productIds)}</vuln:Threat>`;
}

function remediationXml(row: WireRemediation): string {
  return (
    '<vuln:Remediation Type="Vendor Fix">' +
    element('vuln:Description', text(row.description)) +
    element('vuln:URL', text(row.url)) +
    element('vuln:Supercedence', text(row.supercedence)) +
    idsXml(row.products.ids()) +
    element('vuln:SubType', text(row.subType)) +
    element('vuln:FixedBuild', text(row.fixedBuild)) +
    element('vuln:RestartRequired', text(row.restartRequired)) +
    '</vuln:Remediation>'
  );
}

function idsXml(ids: readonly string[]): string {
  return ids.map((id) => element('vuln:ProductID', text(id))).join('');
}

function element(name: string, content: string): string {
  return `<${name}>${content}</${name}>`;
}

function text(value: string): string {
  return value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
