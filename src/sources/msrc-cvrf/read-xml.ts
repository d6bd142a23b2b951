import { SaxesParser } from 'saxes';
import { decodePieces } from './decode-text.ts';
import { parseInPieces } from './parse-in-pieces.ts';
import { addScore, newWireDocument, newWireRemediation } from './wire.ts';
import type { WireDocument, WireRemediation, WireScore, WireThreat, WireVulnerability } from './wire.ts';

const namespaces: ReadonlyMap<string, string> = new Map([
  ['http://www.icasi.org/CVRF/schema/cvrf/1.1', 'cvrf'],
  ['http://www.icasi.org/CVRF/schema/vuln/1.1', 'vuln'],
  ['http://www.icasi.org/CVRF/schema/prod/1.1', 'prod'],
]);

/** Texts longer than any field we read (CVSS notes, HTML) are not collected; a field is cut here. */
const longestField = 4000;
/** In characters. */
const pieceLength = 64 * 1024;

/** Far beyond any CVRF document: its elements stand at most 9 deep and have at most 7 attributes. */
const deepestElement = 100;
const mostAttributes = 100;

type Attributes = Readonly<Record<string, string>>;

/** So many records and product ids together are 25 times those of the largest document: more would only fill the memory. */
const mostRecords = 500_000;

/**
 * Reads a CVRF document from XML bytes. Elements are told by namespace and local name, never by prefix: prefixes differ between
 * documents and some have none.
 * @throws {Error} where the bytes are no text, not well-formed, cut, hold a DTD, or where the root is no `cvrfdoc`.
 */
export function readXml(bytes: Uint8Array): WireDocument {
  const reader = new CvrfXmlReader();
  const parser = new SaxesParser({ xmlns: false, position: false });
  let attributes = 0;
  let depth = 0;
  let skippedFrom = 0;
  parser.on('error', (error) => {
    throw new Error(`not well-formed XML: ${error.message}`);
  });
  parser.on('doctype', () => {
    throw new Error('holds a document type declaration, which no CVRF document has');
  });
  parser.on('attribute', () => {
    attributes += 1;
    if (attributes > mostAttributes) throw new Error(`an element has more than ${mostAttributes} attributes`);
  });
  parser.on('opentag', (tag) => {
    attributes = 0;
    depth += 1;
    if (depth > deepestElement) throw new Error(`elements nest deeper than ${deepestElement}`);
    if (skippedFrom === 0 && !reader.open(tag.name, tag.attributes)) skippedFrom = depth;
  });
  const take = (piece: string): void => {
    if (skippedFrom === 0 && reader.wantsText) reader.text(piece);
  };
  parser.on('text', take);
  parser.on('cdata', take);
  parser.on('closetag', () => {
    if (skippedFrom === 0) reader.close();
    else if (skippedFrom === depth) skippedFrom = 0;
    depth -= 1;
  });
  parseInPieces(parser, decodePieces(bytes, pieceLength), longestField);
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
  private productId = '';
  private collecting = false;
  private collected = '';
  private records = 0;

  get wantsText(): boolean {
    return this.collecting;
  }

  open(tag: string, attributes: Attributes): boolean {
    const scope = this.scope.enter(attributes);
    const element = scope.resolve(tag);
    const { name } = element;
    if (this.path.length === 0 && name !== 'cvrf:cvrfdoc') {
      throw new Error(`expected a CVRF 1.1 document (root element cvrfdoc), got <${tag.slice(0, 80)}>`);
    }
    if (element.isUnread || isOtherRow(name, attributes)) return false;
    this.scopes.push(this.scope);
    this.scope = scope;
    this.path.push(name);
    if (element.isLeaf) this.enterLeaf(name);
    else this.enter(name, attributes);
    return true;
  }

  text(piece: string): void {
    const room = longestField - this.collected.length;
    if (room > 0) this.collected += piece.length > room ? piece.slice(0, room) : piece;
  }

  close(): void {
    const name = this.path.pop() ?? '';
    this.leave(name);
    this.collecting = false;
    this.scope = this.scopes.pop() ?? this.scope;
  }

  private enter(name: string, attributes: Attributes): void {
    switch (name) {
      case 'vuln:Vulnerability':
        this.count();
        this.vulnerability = { cve: '', threats: [], scores: [], remediations: [] };
        this.document.vulnerabilities.push(this.vulnerability);
        return;
      case 'vuln:Remediation':
        this.count();
        this.remediation = newWireRemediation();
        this.inKnownIssue = attributes['Type'] === 'Known Issue';
        if (this.inKnownIssue) this.document.knownIssues.push(this.remediation);
        else this.vulnerability?.remediations.push(this.remediation);
        return;
      case 'vuln:ScoreSet':
        this.score = { baseScore: '', vector: '', productIds: [] };
        return;
      case 'vuln:Threat': {
        this.count();
        const type = attributes['Type'] === 'Severity' ? 'Severity' : 'Exploit Status';
        this.threat = { type, description: '', productIds: [] };
        this.vulnerability?.threats.push(this.threat);
        return;
      }
      case 'prod:Branch':
        this.families.push(attributes['Type'] === 'Product Family' ? attributes['Name'] : this.families.at(-1));
        return;
      case 'prod:FullProductName':
        this.count();
        this.productId = attributes['ProductID'] ?? '';
        this.collect();
        return;
    }
  }

  private enterLeaf(name: string): void {
    if (name === 'vuln:ProductID') {
      if (this.inKnownIssue) return;
      this.count();
    }
    this.collect();
  }

  private count(): void {
    this.records += 1;
    if (this.records > mostRecords) throw new Error(`holds more than ${mostRecords} records`);
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

/** CVRF documents declare eight namespaces and have some sixty names. */
const mostPrefixes = 100;
const mostNames = 1000;

/** What is to be done with the elements of one name. */
interface ElementName {
  /** `vuln:ProductID` whatever the document's prefix is; `?:Name` for elements of other namespaces. */
  readonly name: string;
  readonly isUnread: boolean;
  readonly isLeaf: boolean;
}

/** The prefixes in force at an element, with every tag name seen under them resolved once. */
class NamespaceScope {
  private readonly prefixes: ReadonlyMap<string, string>;
  private readonly resolved = new Map<string, ElementName>();
  private lastTag = '';
  private lastElement: ElementName = { name: '', isUnread: false, isLeaf: false };

  constructor(prefixes: ReadonlyMap<string, string>) {
    this.prefixes = prefixes;
  }

  /** The scope inside an element with these attributes: this one, unless they declare a namespace. */
  enter(attributes: Attributes): NamespaceScope {
    let declared: Map<string, string> | undefined;
    for (const name in attributes) {
      const prefix = name === 'xmlns' ? '' : name.startsWith('xmlns:') ? name.slice(6) : undefined;
      if (prefix === undefined) continue;
      declared ??= new Map(this.prefixes);
      declared.set(prefix, namespaces.get(attributes[name] ?? '') ?? '?');
    }
    if (declared === undefined) return this;
    if (declared.size > mostPrefixes) throw new Error(`declares more than ${mostPrefixes} namespaces`);
    return new NamespaceScope(declared);
  }

  resolve(tag: string): ElementName {
    // Most elements have the name of the one before: to compare costs less than to look up.
    if (tag === this.lastTag) return this.lastElement;
    let element = this.resolved.get(tag);
    if (element === undefined) {
      const colon = tag.indexOf(':');
      const namespace = this.prefixes.get(colon === -1 ? '' : tag.slice(0, colon)) ?? '?';
      const name = `${namespace}:${tag.slice(colon + 1)}`;
      element = { name, isUnread: unread.has(name), isLeaf: leaves.has(name) };
      if (this.resolved.size < mostNames) this.resolved.set(tag, element);
    }
    this.lastTag = tag;
    this.lastElement = element;
    return element;
  }
}
