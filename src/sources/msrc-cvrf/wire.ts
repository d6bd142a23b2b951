import type { ProductList } from './product-list.ts';

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
  /** `Known Issue` rows of all vulnerabilities: they name a KB and an article, and are no fixes. */
  knownIssues: WireKnownIssue[];
}

export interface WireKnownIssue {
  description: string;
  url: string;
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
  scores: WireScore[];
  remediations: WireRemediation[];
}

/** A CVSS ScoreSet: the documents repeat it for each product, here the products of equal ones stand together. */
export interface WireScore {
  baseScore: string;
  vector: string;
  productIds: string[];
}

/** Only Severity and Exploit Status are read. The documents repeat them for each product, as scores. */
export interface WireThreat {
  type: 'Severity' | 'Exploit Status';
  description: string;
  productIds: string[];
}

/** Only `Vendor Fix` rows are fixes: Release Notes and Known Issue rows name KBs too. */
export interface WireRemediation {
  description: string;
  url: string;
  supercedence: string;
  subType: string;
  fixedBuild: string;
  restartRequired: string;
  products: ProductList;
}

/** An empty document, to be filled while reading. */
export function newWireDocument(): WireDocument {
  return {
    id: '',
    title: '',
    initialReleaseDate: '',
    currentReleaseDate: '',
    products: [],
    vulnerabilities: [],
    knownIssues: [],
  };
}

/** Adds a ScoreSet to those with the same score and vector. */
export function addScore(scores: WireScore[], { baseScore, vector, productIds }: WireScore): void {
  const same = scores.find((score) => score.baseScore === baseScore && score.vector === vector);
  if (same === undefined) scores.push({ baseScore, vector, productIds });
  else for (const id of productIds) same.productIds.push(id);
}

/** Adds a Threat to those of the same type that say the same. */
export function addThreat(threats: WireThreat[], { type, description, productIds }: WireThreat): void {
  const same = threats.find((threat) => threat.type === type && threat.description === description);
  if (same === undefined) threats.push({ type, description, productIds });
  else for (const id of productIds) same.productIds.push(id);
}

/** An empty Vendor Fix row, to be filled while reading. */
export function newWireRemediation(products: ProductList): WireRemediation {
  return {
    description: '',
    url: '',
    supercedence: '',
    subType: '',
    fixedBuild: '',
    restartRequired: '',
    products,
  };
}
