/**
 * What kbgap reads of a CVRF 1.1 document, XML and the API's JSON alike, in the publisher's spelling and as text:
 * nothing is judged here. Sources: the documents of api.msrc.microsoft.com/cvrf/v3.0; CVRF 1.1 dictionary.
 */
export interface WireDocument {
  id: string;
  title: string;
  initialReleaseDate: string;
  currentReleaseDate: string;
  products: WireProduct[];
  vulnerabilities: WireVulnerability[];
}

export interface WireProduct {
  id: string;
  name: string;
  /** Name of the nearest enclosing Branch of type "Product Family". */
  family: string | undefined;
}

export interface WireVulnerability {
  cve: string;
  threats: WireThreat[];
  remediations: WireRemediation[];
}

/** Only Severity and Exploit Status are read. */
export interface WireThreat {
  type: 'Severity' | 'Exploit Status';
  description: string;
  productIds: string[];
}

/** Only `Vendor Fix` rows are read: Release Notes and Known Issue rows name KBs too, but are no fixes. */
export interface WireRemediation {
  description: string;
  url: string;
  supercedence: string;
  subType: string;
  fixedBuild: string;
  restartRequired: string;
  productIds: string[];
}

/** An empty document, to be filled while reading. */
export function newWireDocument(): WireDocument {
  return { id: '', title: '', initialReleaseDate: '', currentReleaseDate: '', products: [], vulnerabilities: [] };
}

/** An empty Vendor Fix row, to be filled while reading. */
export function newWireRemediation(): WireRemediation {
  return {
    description: '',
    url: '',
    supercedence: '',
    subType: '',
    fixedBuild: '',
    restartRequired: '',
    productIds: [],
  };
}
