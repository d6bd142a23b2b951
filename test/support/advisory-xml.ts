/** A CVRF document in the shape of MSRC's, with texts of our own, cut to what a test needs. */
export interface MadeUpAdvisory {
  /** `2020-Mar` */
  readonly id: string;
  /** `2020-03-10T07:00:00Z` */
  readonly revisedAt: string;
  readonly kbs: readonly string[];
  /** A note that nothing reads, to make the document larger. */
  readonly note?: string;
}

/** Every KB fixes CVE-2020-1000 and on, one each, on one Windows 10. */
export function advisoryXml({ id, revisedAt, kbs, note = '' }: MadeUpAdvisory): string {
  const vulnerabilities = kbs.map(
    (kb, index) =>
      `<vuln:Vulnerability><vuln:CVE>CVE-2020-${1000 + index}</vuln:CVE><vuln:Remediations><vuln:Remediation Type="Vendor Fix">` +
      `<vuln:Description>${kb}</vuln:Description><vuln:ProductID>100</vuln:ProductID><vuln:SubType>Security Update</vuln:SubType>` +
      '</vuln:Remediation></vuln:Remediations></vuln:Vulnerability>',
  );
  return `<cvrf:cvrfdoc xmlns:cvrf="http://www.icasi.org/CVRF/schema/cvrf/1.1"
      xmlns:vuln="http://www.icasi.org/CVRF/schema/vuln/1.1" xmlns:prod="http://www.icasi.org/CVRF/schema/prod/1.1">
    <cvrf:DocumentTitle>${id} Security Updates</cvrf:DocumentTitle>
    <cvrf:DocumentTracking><cvrf:Identification><cvrf:ID>${id}</cvrf:ID></cvrf:Identification>
      <cvrf:InitialReleaseDate>${revisedAt.slice(0, 7)}-10T07:00:00</cvrf:InitialReleaseDate>
      <cvrf:CurrentReleaseDate>${revisedAt}</cvrf:CurrentReleaseDate></cvrf:DocumentTracking>
    <cvrf:DocumentNotes><cvrf:Note>${note}</cvrf:Note></cvrf:DocumentNotes>
    <prod:ProductTree><prod:FullProductName ProductID="100">Windows 10 for x64-based Systems</prod:FullProductName></prod:ProductTree>
    ${vulnerabilities.join('\n')}</cvrf:cvrfdoc>`;
}
