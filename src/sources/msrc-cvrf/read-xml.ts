import { SaxesParser } from 'saxes';
import type { SaxesTagPlain } from 'saxes';
import { decodePieces } from './decode-text.ts';
import { NamespaceScope } from './element-names.ts';
import type { ElementName } from './element-names.ts';
import { parseInPieces } from './parse-in-pieces.ts';
import { ProductList } from './product-list.ts';
import { addScore, addThreat, newWireDocument, newWireRemediation } from './wire.ts';
import type { WireDocument, WireRemediation, WireScore, WireThreat, WireVulnerability } from './wire.ts';

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
  let declares = false;
  let depth = 0;
  let skippedFrom = 0;
  parser.on('error', (error) => {
    throw new Error(`not well-formed XML: ${error.message}`);
  });
  parser.on('doctype', () => {
    throw new Error('holds a document type declaration, which no CVRF document has');
  });
  parser.on('attribute', ({ name }) => {
    attributes += 1;
    if (attributes > mostAttributes) throw new Error(`an element has more than ${mostAttributes} attributes`);
    if (name.startsWith('xmlns')) declares = true; // seen here, since most elements have no attributes to look through
  });
  const take = (piece: string): void => {
    if (skippedFrom === 0) reader.text(piece);
  };
  parser.on('opentag', (tag) => {
    depth += 1;
    if (depth > deepestElement) throw new Error(`elements nest deeper than ${deepestElement}`);
    if (skippedFrom === 0) {
      if (!reader.open(tag, declares)) skippedFrom = depth;
      else if (reader.wantsText) {
        // Only now: that saxes cuts out every text of a document takes it a fifth longer.
        parser.on('text', take);
        parser.on('cdata', take);
      }
    }
    attributes = 0;
    declares = false;
  });
  parser.on('closetag', () => {
    if (skippedFrom === 0) {
      if (reader.wantsText) {
        parser.off('text');
        parser.off('cdata');
      }
      reader.close();
    } else if (skippedFrom === depth) skippedFrom = 0;
    depth -= 1;
  });
  parseInPieces(parser, decodePieces(bytes, pieceLength), longestField);
  return reader.document;
}

/** Follows the parser's events; `path` holds the open elements. */
class CvrfXmlReader {
  readonly document: WireDocument = newWireDocument();
  private readonly path: ElementName[] = [];
  private scope = new NamespaceScope(new Map());
  private readonly families: (string | undefined)[] = [];
  private vulnerability: WireVulnerability | undefined;
  private remediation: WireRemediation | undefined;
  private readonly noProducts = ProductList.empty();
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

  /** `declares`: there may be namespaces among the attributes. Returns whether anything in the element is to be read. */
  open({ name: tag, attributes }: SaxesTagPlain, declares: boolean): boolean {
    const element = (declares ? this.scope.enter(attributes) : this.scope).resolve(tag);
    if (this.path.length === 0 && element.name !== 'cvrf:cvrfdoc') {
      throw new Error(`expected a CVRF 1.1 document (root element cvrfdoc), got <${tag.slice(0, 80)}>`);
    }
    if (element.isUnread || isOtherRow(element.name, attributes)) return false;
    this.scope = element.scope;
    this.path.push(element);
    if (element.isLeaf) this.enterLeaf(element.name);
    else this.enter(element.name, attributes);
    return true;
  }

  text(piece: string): void {
    const room = longestField - this.collected.length;
    if (room > 0) this.collected += piece.length > room ? piece.slice(0, room) : piece;
  }

  close(): void {
    const element = this.path.pop();
    if (element === undefined) return;
    if (!element.isLeaf) this.leave(element.name);
    else if (this.collecting) this.assign(element.name, this.collected);
    this.collecting = false;
    this.scope = this.path.at(-1)?.scope ?? this.scope;
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
        this.remediation = newWireRemediation(this.noProducts);
        this.inKnownIssue = attributes['Type'] === 'Known Issue';
        if (this.inKnownIssue) this.document.knownIssues.push(this.remediation);
        else this.vulnerability?.remediations.push(this.remediation);
        return;
      case 'vuln:ScoreSet':
        this.score = { baseScore: '', vector: '', productIds: [] };
        return;
      case 'vuln:Threat': {
        this.count();
        this.endThreat();
        const type = attributes['Type'] === 'Severity' ? 'Severity' : 'Exploit Status';
        this.threat = { type, description: '', productIds: [] };
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
        this.endThreat();
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
    }
  }

  private endThreat(): void {
    if (this.threat !== undefined && this.vulnerability !== undefined)
      addThreat(this.vulnerability.threats, this.threat);
    this.threat = undefined;
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
    const parent = this.path.at(-1)?.name;
    if (name === 'cvrf:DocumentTitle') this.document.title = value;
    else if (name === 'cvrf:ID' && parent === 'cvrf:Identification') this.document.id = value;
    else if (name === 'cvrf:InitialReleaseDate') this.document.initialReleaseDate = value;
    else if (name === 'cvrf:CurrentReleaseDate') this.document.currentReleaseDate = value;
  }
}

/** Release Notes rows name KBs too, but are no fixes; of the threats two types are read. */
function isOtherRow(name: string, attributes: Record<string, string>): boolean {
  if (name !== 'vuln:Remediation' && name !== 'vuln:Threat') return false;
  const type = attributes['Type'];
  return name === 'vuln:Remediation'
    ? type !== 'Vendor Fix' && type !== 'Known Issue'
    : type !== 'Severity' && type !== 'Exploit Status';
}

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
      row.products = row.products.with(value);
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
