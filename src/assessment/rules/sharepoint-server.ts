import type { Catalogue } from '../../catalogue/catalogue.ts';
import { publishedNames } from '../lines/products-named.ts';
import { reportedName } from '../lines/reported-name.ts';
import { softwareLine } from '../lines/software-line.ts';
import { withLostParts } from '../lines/version.ts';
import type { Version } from '../lines/version.ts';
import { judgeLine, readVersion } from '../lines/version-line.ts';
import { undecided } from './undecided.ts';
import type { SoftwareRule } from './rule.ts';

/**
 * SharePoint, Project Server and the Office servers for browsers: an update comes in parts, language-neutral and
 * language-dependent, each with a KB and a lineage of its own by what it supersedes; all parts are needed. Where the list
 * names none of them, the build decides. Source: the verdict's specification, section 6.
 */
export const sharepointServer: SoftwareRule = {
  id: 'sharepoint-server',
  judges: 'software',
  judge(input) {
    const { catalogue, software, installed } = input;
    const server = serverOf(software.name);
    if (server === undefined) return undefined;
    const { own, family } = productsOf(catalogue, server);
    const [product] = own;
    if (product === undefined) return undefined;
    const rule = 'sharepoint-server';
    const line = softwareLine(catalogue, `${rule} ${own.join(' ')}`, () => ({
      products: own,
      family,
      // One package serves Office in the browser from 2013 on; SharePoint has two since 2016 and had many before.
      order: server.kind.startsWith('office') && server.year !== '2010' ? 'one' : 'parts',
      joinsStrays: server.year !== '2010' && server.year !== '2013',
      admit: (published) => admit(published, server),
    }));
    const listSpeaks = [...installed].some((kb) => line.supersedence.has(kb));
    const read = readVersion(software.version);
    if ('undetermined' in read && !listSpeaks)
      return undecided(software, { rule, product, products: own, why: read.undetermined });
    return judgeLine(input, { rule, product, line, listSpeaks, running: 'version' in read ? read.version : undefined });
  },
};

interface Server {
  readonly kind: 'sharepoint' | 'sharepoint foundation' | 'project server' | 'office web apps' | 'office online server';
  /** `2019`, `subscription`; of the Office Online Server there is one. */
  readonly year: string;
}

/** The server that a reported or published name means, without its tools and language packs. */
function serverOf(name: string): Server | undefined {
  const plain = reportedName(name);
  if (/language pack/.test(plain)) return undefined;
  if (/^office online server(?: 2016)?$/.test(plain)) return { kind: 'office online server', year: '' };
  const match =
    /^(sharepoint foundation|sharepoint(?: enterprise)? server|sharepoint|project server|office web apps(?: server)?)(?: (20\d\d)| (subscription) edition)(?: service pack \d)?(?: core)?(?: \([^)]*\))?$/.exec(
      plain,
    );
  if (match === null) return undefined;
  const [, words = '', year, subscription] = match;
  const kind =
    words === 'sharepoint foundation' || words === 'project server'
      ? words
      : words.startsWith('office')
        ? 'office web apps'
        : 'sharepoint';
  return { kind, year: year ?? subscription ?? '' };
}

/** Products of the server; `family`: everything of its year, whose packages supersede each other. */
function productsOf(
  catalogue: Catalogue,
  { kind, year }: Server,
): { readonly own: readonly number[]; readonly family: readonly number[] } {
  const cache = catalogue.once(productsOf, () => {
    const found: { readonly server: Server; readonly products: readonly number[] }[] = [];
    for (const [name, products] of publishedNames(catalogue)) {
      const server = serverOf(name);
      if (server !== undefined) found.push({ server, products });
    }
    return found;
  });
  const family = cache.filter(({ server }) => server.year === year);
  const own = family.filter(({ server }) => server.kind === kind);
  return { own: own.flatMap(({ products }) => products), family: family.flatMap(({ products }) => products) };
}

/** The third part tells the servers of version 16 apart. A version whose `16.0` is lost gets it back. */
function admit(published: Version, { kind, year }: Server): Version | undefined {
  const version = withLostParts(published, [majorOf(year), 0]);
  const [major, minor = 0, third = 0] = version;
  if (version.length < 4 || major !== majorOf(year) || minor !== 0) return undefined;
  const [from, to] =
    kind === 'office online server'
      ? [6000, 10_999]
      : year === '2019'
        ? [10_000, 10_999]
        : year === 'subscription'
          ? [14_000, Infinity]
          : [4000, 5999];
  return third >= from && third <= to ? version : undefined;
}

function majorOf(year: string): number {
  return year === '2010' ? 14 : year === '2013' ? 15 : 16;
}
