import type { Catalogue } from '../../catalogue/catalogue.ts';
import { servicedUntil } from '../../catalogue/product-lifecycle.ts';
import { sqlServerBuilds } from '../../catalogue/sql-server-builds.ts';
import { isSetupBuild, parseSqlServerProduct, sqlServerLineOf } from '../../catalogue/sql-server-line.ts';
import type { SqlServerLine } from '../../catalogue/sql-server-line.ts';
import { endOfServicing } from '../lines/ended-line.ts';
import { reportedName } from '../lines/reported-name.ts';
import { softwareLine } from '../lines/software-line.ts';
import type { SoftwareLine } from '../lines/software-line.ts';
import { compareVersions, parseVersion } from '../lines/version.ts';
import type { Version } from '../lines/version.ts';
import { judgeLine, readVersion } from '../lines/version-line.ts';
import { undecided } from './undecided.ts';
import type { SoftwareInput, SoftwareRule } from './rule.ts';
import type { KbNumber } from '../../terms/kb-number.ts';

/**
 * SQL Server: below its first cumulative update an instance is on the GDR line, else on the CU line; CU rows of different
 * numbers are one line, where a higher build covers. GDR is never offered to a CU instance, and a row whose build is of
 * another line is mis-filed. Source: the verdict's specification, section 6.
 */
export const sqlServer: SoftwareRule = {
  id: 'sql-server',
  judges: 'software',
  judge(input) {
    const { catalogue, software } = input;
    if (!isEngine(software.name)) return undefined;
    const rule = 'sql-server';
    const read = readVersion(software.version);
    const published = sqlServers(catalogue);
    const [any] = published;
    if (any === undefined) return undefined;
    if ('undetermined' in read) {
      const year = /\b(20\d\d(?: r2)?)\b/.exec(reportedName(software.name))?.[1];
      const product = published.findLast(({ line }) => line.year === year?.toUpperCase())?.product ?? any.product;
      return undecided(software, { rule, product, products: [product], why: read.undetermined });
    }
    const installed = ownUpdates(input, asBuild(read.version));
    const running = standingAt(installed, asBuild(read.version));
    const own = sqlServerLineOf(running);
    const products = own === undefined ? [] : productsOf(published, own);
    const [product] = products;
    if (own === undefined || product === undefined) {
      const shown = published.find(({ line }) => line.year === own?.year)?.product ?? any.product;
      const detail = `build ${software.version ?? ''} belongs to no servicing line of SQL Server that the documents name`;
      return undecided(software, {
        rule,
        product: shown,
        products: [shown],
        why: { reason: 'branch-unknown', detail },
      });
    }
    const line = lineOf(catalogue, own, products);
    const finding = judgeLine({ ...input, installed }, { rule, product, line, running });
    const lastDay = servicedUntil(`SQL Server ${own.year}${own.servicePack === 0 ? '' : ` SP${own.servicePack}`}`);
    const family = published.map((each) => each.product);
    const ended = lastDay === undefined ? undefined : endOfServicing(input, line, { lastDay, family });
    return ended === undefined ? finding : { ...finding, undetermined: ended };
  },
};

/** The database engine, not its tools, drivers and setup files, whose versions run by other numbers. */
function isEngine(name: string): boolean {
  const plain = reportedName(name)
    .replace(/ for (?:x64-based|32-bit) systems/, '')
    .replace(/ service pack \d/, '')
    .replace(/ \((?:gdr|qfe|cu ?\d*(?:\+gdr)?)\)$/, '')
    .replace(/ (?:azure connect feature pack|rtm)$/, '');
  return /^sql server(?: 20\d\d(?: r2)?)?(?: (?:enterprise|standard|developer|web|express|evaluation|business intelligence)(?: edition)?)?(?: (?:localdb|database engine(?: services)?))?$/.test(
    plain,
  );
}

/** Service packs are reported in the second part, `13.3.6300.2`; builds of documents have 0 there, `10.50` is 2008 R2. */
function asBuild([major = 0, minor = 0, ...rest]: Version): Version {
  return [major, minor >= 50 ? 50 : 0, ...rest];
}

/** An update above this instance's build that another instance has reached is that one's: a list does not say whose it is. */
function ownUpdates({ installed, reported, software }: SoftwareInput, running: Version): ReadonlySet<KbNumber> {
  const others = reported.flatMap(({ name, version }) => {
    const read = version === software.version || !isEngine(name) ? undefined : parseVersion(version ?? '');
    return read === undefined ? [] : [asBuild(read)];
  });
  if (others.length === 0) return installed;
  const isOfOther = (build: Version): boolean =>
    isVersionOf(build, running) &&
    compareVersions(build, running) > 0 &&
    others.some((other) => isVersionOf(other, build) && isOneLine(other, build) && compareVersions(build, other) <= 0);
  return new Set([...installed].filter((kb) => !buildsOf(kb).some(isOfOther)));
}

/**
 * The build of the instance: the highest of the reported one and those that installed updates of its own line bring. Setup
 * goes on reporting its own build whatever was installed, so that from there an update of the other line counts as well.
 */
function standingAt(installed: ReadonlySet<KbNumber>, running: Version): Version {
  const builds = [...installed]
    .flatMap(buildsOf)
    .filter((build) => isVersionOf(build, running) && (isSetupBuild(running) || isOneLine(build, running)));
  return [running, ...builds].sort(compareVersions).at(-1) ?? running;
}

function buildsOf(kb: KbNumber): readonly Version[] {
  return sqlServerBuilds(kb).map((text) => asBuild(parseVersion(text) ?? []));
}

/** 2019 and 2019, whatever their builds. */
function isVersionOf(a: Version, b: Version): boolean {
  return a[0] === b[0] && a[1] === b[1];
}

function isOneLine(a: Version, b: Version): boolean {
  const [lineA, lineB] = [sqlServerLineOf(a), sqlServerLineOf(b)];
  return lineA !== undefined && lineB !== undefined && isSame(lineA, lineB);
}

function lineOf(catalogue: Catalogue, own: SqlServerLine, products: readonly number[]): SoftwareLine {
  return softwareLine(catalogue, `sql-server ${own.year} ${own.servicePack} ${own.line}`, () => ({
    products,
    order: 'one',
    admit: (published) => {
      const build = asBuild(published);
      const of = sqlServerLineOf(build);
      return of !== undefined && isSame(of, own) ? build : undefined;
    },
    knownVersions: (kb) => sqlServerBuilds(kb).flatMap((text) => [parseVersion(text) ?? []]),
  }));
}

interface PublishedSqlServer {
  readonly product: number;
  readonly line: SqlServerLine;
}

function sqlServers(catalogue: Catalogue): readonly PublishedSqlServer[] {
  return catalogue.once(sqlServers, () => {
    const found: PublishedSqlServer[] = [];
    for (let product = 0; product < catalogue.productCount; product += 1) {
      const name = catalogue.productName(product);
      const line = / for 32-bit /i.test(name) ? undefined : parseSqlServerProduct(name);
      if (line !== undefined && catalogue.fixesOfProduct(product).length > 0) found.push({ product, line });
    }
    return found;
  });
}

/** Those of the own line; a service pack with one line for all is published as `(QFE)`. */
function productsOf(published: readonly PublishedSqlServer[], own: SqlServerLine): readonly number[] {
  const exact = published.filter(({ line }) => isSame(line, own));
  const chosen =
    exact.length > 0
      ? exact
      : published.filter(({ line }) => line.line === 'QFE' && isSame({ ...line, line: own.line }, own));
  return chosen.map(({ product }) => product);
}

function isSame(a: SqlServerLine, b: SqlServerLine): boolean {
  return a.year === b.year && a.servicePack === b.servicePack && a.line === b.line;
}
