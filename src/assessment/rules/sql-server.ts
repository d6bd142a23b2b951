import type { Catalogue } from '../../catalogue/catalogue.ts';
import { servicedUntil } from '../../catalogue/product-lifecycle.ts';
import { sqlServerBuilds } from '../../catalogue/sql-server-builds.ts';
import { parseSqlServerProduct, sqlServerLineOf } from '../../catalogue/sql-server-line.ts';
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
    const running = standingAt(input, asBuild(read.version));
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
    const finding = judgeLine(input, { rule, product, line, running });
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

/** The build of the instance: the highest of the reported one and those that installed updates bring to its version. */
function standingAt({ installed }: SoftwareInput, running: Version): Version {
  let highest = running;
  for (const kb of installed) {
    for (const text of sqlServerBuilds(kb)) {
      const build = asBuild(parseVersion(text) ?? []);
      if (build[0] === running[0] && build[1] === running[1] && compareVersions(build, highest) > 0) highest = build;
    }
  }
  return highest;
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
