import { SaxesParser, type SaxesTagPlain } from 'saxes';
import { addScore, newWireDocument, newWireRemediation } from './wire.ts';
import type { WireDocument, WireRemediation, WireScore, WireThreat, WireVulnerability } from './wire.ts';

const namespaces: Readonly<Record<string, string>> = {
  'http://www.icasi.org/CVRF/schema/cvrf/1.1': 'cvrf',
  'http://www.icasi.org/CVRF/schema/vuln/1.1': 'vuln',
  'http://www.icasi.org/CVRF/schema/prod/1.1': 'prod',
};

/** Texts longer than any field we read (CVSS notes, HTML) are not collected; a field is cut here. */
const longestField = 4000;

/**
 * Reads a CVRF document from XML text. Elements are told by namespace and local name, never by prefix: prefixes differ
 * between documents and some have none.
 * @throws {Error} where the text is not well-formed, is cut, holds a DTD, or its root is no `cvrfdoc`.
 */
export function readXml(text: string): WireDocument {
  const reader = new CvrfXmlReader();
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('error', (error) => {
    throw new Error(`not well-formed XML: ${error.message}`);
  });
  parser.on('doctype', () => {
    throw new Error('holds a document type declaration, which no CVRF document has');
  });
  parser.on('opentag', (tag) => reader.open(tag));
  parser.on('text', (piece) => reader.text(piece));
  parser.on('cdata', (piece) => reader.text(piece));
  parser.on('closetag', () => reader.close());
  parser.write(text).close();
  return reader.document;
}

/** Follows the parser's events; `path` holds the open elements as `namespace:LocalName`. */
class CvrfXmlReader {
  readonly document: WireDocument = newWireDocument();
  private readonly path: string[] = [];
  private readonly scopes: NamespaceScope[] = [];
  private scope = new NamespaceScope(new Map());
  private readonly families: (string | undefined)[] = [];
  private vulnerability: WireVulnerability | undefined;
  private remediation: WireRemediation | undefined;
  /** Inside a Known Issue row, whose products nobody asks for. */
  private inKnownIssue = false;
  private threat: WireThreat | undefined;
  private score: WireScore | undefined;
  /** How deep inside an element that is not read; 0 outside. */
  private skipped = 0;
  private productId = '';
  private collecting = false;
  private collected = '';

  open(tag: SaxesTagPlain): void {
    if (this.skipped > 0) {
      this.skipped += 1;
      return;
    }
    this.scopes.push(this.scope);
    this.scope = this.scope.enter(tag.attributes);
    const name = this.scope.resolve(tag.name);
    if (this.path.length === 0 && name !== 'cvrf:cvrfdoc') {
      throw new Error(`expected a CVRF 1.1 document (root element cvrfdoc), got <${tag.name}>`);
    }
    if (unread.has(name) || isOtherRow(name, tag.attributes)) {
      this.skipped = 1;
      this.scope = this.scopes.pop() ?? this.scope;
      return;
    }
    this.path.push(name);
    this.enter(name, tag.attributes);
  }

  text(piece: string): void {
    if (this.collecting && this.skipped === 0 && this.collected.length < longestField) this.collected += piece;
  }

  close(): void {
    if (this.skipped > 0) {
      this.skipped -= 1;
      return;
    }
    const name = this.path.pop() ?? '';
    this.leave(name);
    this.collecting = false;
    this.scope = this.scopes.pop() ?? this.scope;
  }

  private enter(name: string, attributes: Record<string, string>): void {
    switch (name) {
      case 'vuln:Vulnerability':
        this.vulnerability = { cve: '', threats: [], scores: [], remediations: [] };
        this.document.vulnerabilities.push(this.vulnerability);
        return;
      case 'vuln:Remediation':
        this.remediation = newWireRemediation();
        this.inKnownIssue = attributes['Type'] === 'Known Issue';
        if (this.inKnownIssue) this.document.knownIssues.push(this.remediation);
        else this.vulnerability?.remediations.push(this.remediation);
        return;
      case 'vuln:ScoreSet':
        this.score = { baseScore: '', vector: '', productIds: [] };
        return;
      case 'vuln:Threat': {
        const type = attributes['Type'] === 'Severity' ? 'Severity' : 'Exploit Status';
        this.threat = { type, description: '', productIds: [] };
        this.vulnerability?.threats.push(this.threat);
        return;
      }
      case 'prod:Branch':
        this.families.push(attributes['Type'] === 'Product Family' ? attributes['Name'] : this.families.at(-1));
        return;
      case 'prod:FullProductName':
        this.productId = attributes['ProductID'] ?? '';
        this.collect();
        return;
      default:
        if (leaves.has(name) && !(this.inKnownIssue && name === 'vuln:ProductID')) this.collect();
    }
  }

  private collect(): void {
    this.collecting = true;
    this.collected = '';
  }

  private leave(name: string): void {
    switch (name) {
      case 'vuln:Vulnerability':
        this.vulnerability = undefined;
        return;
      case 'vuln:Remediation':
        this.remediation = undefined;
        this.inKnownIssue = false;
        return;
      case 'vuln:Threat':
        this.threat = undefined;
        return;
      case 'vuln:ScoreSet':
        if (this.score !== undefined && this.vulnerability !== undefined)
          addScore(this.vulnerability.scores, this.score);
        this.score = undefined;
        return;
      case 'prod:Branch':
        this.families.pop();
        return;
      case 'prod:FullProductName':
        this.document.products.push({ id: this.productId, name: this.collected, family: this.families.at(-1) });
        return;
      default:
        if (this.collecting) this.assign(name, this.collected);
    }
  }

  private assign(name: string, value: string): void {
    if (this.remediation !== undefined) assignRemediation(this.remediation, name, value);
    else if (this.score !== undefined) assignScore(this.score, name, value);
    else if (this.threat !== undefined) assignThreat(this.threat, name, value);
    else if (name === 'vuln:CVE') {
      if (this.vulnerability !== undefined) this.vulnerability.cve = value;
    } else if (this.vulnerability === undefined) this.assignHead(name, value);
  }

  private assignHead(name: string, value: string): void {
    const parent = this.path.at(-1);
    if (name === 'cvrf:DocumentTitle') this.document.title = value;
    else if (name === 'cvrf:ID' && parent === 'cvrf:Identification') this.document.id = value;
    else if (name === 'cvrf:InitialReleaseDate') this.document.initialReleaseDate = value;
    else if (name === 'cvrf:CurrentReleaseDate') this.document.currentReleaseDate = value;
  }
}

/** More than a third of a document: parsed like the rest, but nothing in them is looked at. */
const unread: ReadonlySet<string> = new Set([
  'cvrf:DocumentNotes',
  'cvrf:RevisionHistory',
  'vuln:Acknowledgments',
  'vuln:Notes',
  'vuln:ProductStatuses',
  'vuln:RevisionHistory',
  'vuln:TemporalScore',
]);

/** Release Notes rows name KBs too, but are no fixes; of the threats two types are read. */
function isOtherRow(name: string, attributes: Record<string, string>): boolean {
  const type = attributes['Type'];
  if (name === 'vuln:Remediation') return type !== 'Vendor Fix' && type !== 'Known Issue';
  return name === 'vuln:Threat' && type !== 'Severity' && type !== 'Exploit Status';
}

const leaves: ReadonlySet<string> = new Set([
  'cvrf:DocumentTitle',
  'cvrf:ID',
  'cvrf:InitialReleaseDate',
  'cvrf:CurrentReleaseDate',
  'vuln:CVE',
  'vuln:BaseScore',
  'vuln:Vector',
  'vuln:Description',
  'vuln:URL',
  'vuln:Supercedence',
  'vuln:ProductID',
  'vuln:SubType',
  'vuln:FixedBuild',
  'vuln:RestartRequired',
]);

function assignRemediation(row: WireRemediation, name: string, value: string): void {
  switch (name) {
    case 'vuln:Description':
      row.description = value;
      break;
    case 'vuln:URL':
      row.url = value;
      break;
    case 'vuln:Supercedence':
      row.supercedence = value;
      break;
    case 'vuln:ProductID':
      row.productIds.push(value);
      break;
    case 'vuln:SubType':
      row.subType = value;
      break;
    case 'vuln:FixedBuild':
      row.fixedBuild = value;
      break;
    case 'vuln:RestartRequired':
      row.restartRequired = value;
      break;
  }
}

function assignScore(score: WireScore, name: string, value: string): void {
  if (name === 'vuln:BaseScore') score.baseScore = value;
  else if (name === 'vuln:Vector') score.vector = value;
  else if (name === 'vuln:ProductID') score.productIds.push(value);
}

function assignThreat(threat: WireThreat, name: string, value: string): void {
  if (name === 'vuln:Description') threat.description = value;
  else if (name === 'vuln:ProductID') threat.productIds.push(value);
}

/** The prefixes in force at an element, with every tag name seen under them resolved once. */
class NamespaceScope {
  private readonly prefixes: ReadonlyMap<string, string>;
  private readonly resolved = new Map<string, string>();
  private lastTag = '';
  private lastName = '';

  constructor(prefixes: ReadonlyMap<string, string>) {
    this.prefixes = prefixes;
  }

  /** The scope inside an element with these attributes: this one, unless they declare a namespace. */
  enter(attributes: Record<string, string>): NamespaceScope {
    let declared: Map<string, string> | undefined;
    for (const name in attributes) {
      if (!name.startsWith('xmlns')) continue;
      const prefix = name === 'xmlns' ? '' : name.startsWith('xmlns:') ? name.slice(6) : undefined;
      if (prefix === undefined) continue;
      declared ??= new Map(this.prefixes);
      declared.set(prefix, namespaces[attributes[name] ?? ''] ?? '?');
    }
    return declared === undefined ? this : new NamespaceScope(declared);
  }

  /** `vuln:ProductID` whatever the document's prefix is; `?:Name` for elements of other namespaces. */
  resolve(tagName: string): string {
    // Most elements have the name of the one before: to compare costs less than to look up.
    if (tagName === this.lastTag) return this.lastName;
    let name = this.resolved.get(tagName);
    if (name === undefined) {
      const colon = tagName.indexOf(':');
      const namespace = this.prefixes.get(colon === -1 ? '' : tagName.slice(0, colon)) ?? '?';
      name = `${namespace}:${tagName.slice(colon + 1)}`;
      this.resolved.set(tagName, name);
    }
    this.lastTag = tagName;
    this.lastName = name;
    return name;
  }
}
