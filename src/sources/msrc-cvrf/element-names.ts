/** How the elements of one name are read. */
export interface ElementName {
  /** `vuln:ProductID` whatever the document's prefix is; empty for elements that nothing here knows. */
  readonly name: string;
  /** More than a third of a document: parsed like the rest, but nothing in them is looked at. */
  readonly isUnread: boolean;
  /** A field: its text is read. */
  readonly isLeaf: boolean;
  /** The prefixes in force inside. */
  readonly scope: NamespaceScope;
}

const namespaces: ReadonlyMap<string, string> = new Map([
  ['http://www.icasi.org/CVRF/schema/cvrf/1.1', 'cvrf'],
  ['http://www.icasi.org/CVRF/schema/vuln/1.1', 'vuln'],
  ['http://www.icasi.org/CVRF/schema/prod/1.1', 'prod'],
]);

const records = [
  'cvrf:cvrfdoc',
  'cvrf:Identification',
  'prod:Branch',
  'prod:FullProductName',
  'vuln:Remediation',
  'vuln:ScoreSet',
  'vuln:Threat',
  'vuln:Vulnerability',
];

const leaves = [
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
];

const unread = [
  'cvrf:DocumentNotes',
  'cvrf:RevisionHistory',
  'vuln:Acknowledgments',
  'vuln:Notes',
  'vuln:ProductStatuses',
  'vuln:RevisionHistory',
  'vuln:TemporalScore',
];

/** The names as they stand in this file: V8 compares such constants by address, texts put together by their characters. */
const known = new Map(
  [...records, ...leaves, ...unread].map((name) => [
    name,
    { name, isUnread: unread.includes(name), isLeaf: leaves.includes(name) },
  ]),
);
const other = { name: '', isUnread: false, isLeaf: false };

/** CVRF documents declare eight namespaces and have some sixty names. */
const mostPrefixes = 100;
const mostNames = 1000;

/** The prefixes in force at an element, with every tag name seen under them resolved once. */
export class NamespaceScope {
  private readonly prefixes: ReadonlyMap<string, string>;
  private readonly resolved = new Map<string, Resolved>();
  private last: Resolved;

  constructor(prefixes: ReadonlyMap<string, string>) {
    this.prefixes = prefixes;
    this.last = new Resolved({ ...other, scope: this });
  }

  /** The scope inside an element with these attributes: this one, unless they declare a namespace. */
  enter(attributes: Readonly<Record<string, string>>): NamespaceScope {
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
    const { last } = this;
    // An element's name is mostly followed by the one that followed it before: to compare costs less than to look up.
    if (tag === last.nextTag && last.next !== undefined) {
      this.last = last.next;
      return last.next.element;
    }
    let found = this.resolved.get(tag);
    if (found === undefined) {
      const colon = tag.indexOf(':');
      const namespace = this.prefixes.get(colon === -1 ? '' : tag.slice(0, colon)) ?? '?';
      found = new Resolved({ ...(known.get(`${namespace}:${tag.slice(colon + 1)}`) ?? other), scope: this });
      this.last = found;
      if (this.resolved.size >= mostNames) return found.element; // kept by nobody: it could be millions
      this.resolved.set(tag, found);
    }
    last.nextTag = tag;
    last.next = found;
    this.last = found;
    return found.element;
  }
}

/** A name that was met, and the name that was met behind it last. */
class Resolved {
  readonly element: ElementName;
  nextTag = '';
  next: Resolved | undefined;

  constructor(element: ElementName) {
    this.element = element;
  }
}
