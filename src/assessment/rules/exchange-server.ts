import type { Catalogue } from '../../catalogue/catalogue.ts';
import { exchangeBuilds, exchangeUpdates } from '../../catalogue/exchange-builds.ts';
import { servicedUntil } from '../../catalogue/product-lifecycle.ts';
import { endOfServicing, lastRowOf, lastRowOfProducts } from '../lines/ended-line.ts';
import { fixRows } from '../lines/fix-rows.ts';
import { softwareLine } from '../lines/software-line.ts';
import type { LineRow, SoftwareLine } from '../lines/software-line.ts';
import { compareVersions, parseVersion } from '../lines/version.ts';
import type { Version } from '../lines/version.ts';
import { judgeLine, readVersion } from '../lines/version-line.ts';
import { undecided } from './undecided.ts';
import type { SoftwareFinding, SoftwareInput, SoftwareRule } from './rule.ts';

/** A cumulative update gets security updates for some months after the next one came, and then no more. */
const graceDays = 90;

/**
 * Exchange: the third part of the build names the cumulative update, and each has security updates of its own. A row whose
 * build is of another cumulative update is mis-filed; where rows name no build, the day on which the running one came out
 * decides. Source: the verdict's specification, section 6.
 */
export const exchangeServer: SoftwareRule = {
  id: 'exchange-server',
  judges: 'software',
  judge(input) {
    const { catalogue, software } = input;
    if (!/^microsoft exchange server(?: (?:\d{4}|subscription edition|se)\b|$)/i.test(software.name.trim()))
      return undefined;
    if (/language pack|unified messaging/i.test(software.name)) return undefined;
    const rule = 'exchange-server';
    const all = exchangeServers(catalogue);
    const read = readVersion(software.version);
    const newest = all.at(-1);
    if (newest === undefined) return undefined;
    if ('undetermined' in read)
      return undecided(software, { rule, product: newest.product, products: [newest.product], why: read.undetermined });
    const branch = branchOf(read.version);
    const products = all.filter((each) => each.branch === branch).map(({ product }) => product);
    const [product] = products;
    if (product === undefined) {
      const shown = nearest(all, read.version) ?? newest;
      const detail = `no document names a security update for the cumulative update of build ${software.version ?? ''}: it needs a newer cumulative update first`;
      return undecided(software, {
        rule,
        product: shown.product,
        products: [shown.product],
        why: { reason: 'branch-unknown', detail },
      });
    }
    const line = softwareLine(catalogue, `${rule} ${branch}`, () => ({
      products,
      order: 'one',
      admit: (published) => (branchOf(published) === branch ? published : undefined),
    }));
    const month = releasedOn(branch, read.version)?.slice(0, 7);
    const byDate = (row: LineRow): 'closed' | 'open' | undefined =>
      month === undefined || row.foreign ? undefined : row.releasedOn.slice(0, 7) <= month ? 'closed' : 'open';
    const finding = judgeLine(input, { rule, product, line, running: read.version, byDate });
    const ended = endOf(input, { line, branch, all });
    return ended === undefined ? finding : { ...finding, undetermined: ended };
  },
};

/** `15.2.1118` for 2019 CU12; Exchange 2010 is one line per service pack, `14.3`. */
function branchOf([major = 0, minor = 0, update = 0]: Version): string {
  return major < 15 ? `${major}.${minor}` : `${major}.${minor}.${update}`;
}

/** UTC date of the newest known build of the branch up to this one. */
function releasedOn(branch: string, running: Version): string | undefined {
  return exchangeBuilds(branch).findLast(({ build }) => compareVersions(parseVersion(build) ?? [], running) <= 0)
    ?.releasedOn;
}

interface PublishedExchange {
  readonly product: number;
  readonly branch: string;
}

/** The published products, lowest build first. */
function exchangeServers(catalogue: Catalogue): readonly PublishedExchange[] {
  return catalogue.once(exchangeServers, () => {
    const byName = new Map(exchangeUpdates().map(({ branch, name }) => [publishedName(name), branch]));
    const found: PublishedExchange[] = [];
    for (let product = 0; product < catalogue.productCount; product += 1) {
      const name = catalogue.productName(product);
      if (!name.startsWith('Microsoft Exchange Server') || catalogue.fixesOfProduct(product).length === 0) continue;
      const known = byName.get(name.toLowerCase());
      const branch = known === undefined ? usualBranch(catalogue, product) : branchOf(parseVersion(known) ?? []);
      if (branch !== undefined) found.push({ product, branch });
    }
    return found.sort((a, b) => compareVersions(parseVersion(a.branch) ?? [], parseVersion(b.branch) ?? []));
  });
}

/** `Exchange Server 2016 CU15` is `Microsoft Exchange Server 2016 Cumulative Update 15` in documents. */
function publishedName(name: string): string {
  const rollup = /^Update Rollup (\d+)\b.* for (.*)$/i.exec(name);
  return `microsoft ${rollup === null ? name : `${rollup[2]} Update Rollup ${rollup[1]}`}`
    .toLowerCase()
    .replace(/ cu(\d+)/, ' cumulative update $1')
    .replace(/ sp(\d)/, ' service pack $1')
    .replace(/ se rtm$/, ' subscription edition rtm')
    .replace(/(\d{4}) rtm$/, '$1');
}

/** By most of its rows, where the table does not know the product. */
function usualBranch(catalogue: Catalogue, product: number): string | undefined {
  const votes = new Map<string, number>();
  for (const { versions } of fixRows(catalogue, product))
    for (const version of versions) votes.set(branchOf(version), (votes.get(branchOf(version)) ?? 0) + 1);
  return [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? 1 : -1))[0]?.[0];
}

/** The next cumulative update that documents name, of the same version of Exchange. */
function nearest(all: readonly PublishedExchange[], running: Version): PublishedExchange | undefined {
  const family = all.filter(({ branch }) => branch.startsWith(`${running[0] ?? 0}.${running[1] ?? 0}`));
  return family.find(({ branch }) => compareVersions(parseVersion(branch) ?? [], running) > 0) ?? family.at(-1);
}

interface OwnLine {
  readonly line: SoftwareLine;
  readonly branch: string;
  readonly all: readonly PublishedExchange[];
}

/**
 * Past the last day of the version of Exchange, or a cumulative update that security updates pass by some months after the
 * next one came. One that just began has had none either, and is not out of servicing.
 */
function endOf(input: SoftwareInput, { line, branch, all }: OwnLine): SoftwareFinding['undetermined'] {
  const passed = passedBy(input, { line, branch, all });
  if (passed !== undefined) return passed;
  const [year = ''] = /\b\d{4}\b/.exec(exchangeBuilds(branch)[0]?.name ?? '') ?? [];
  const lastDay = servicedUntil(`Exchange Server ${year}`);
  const family = all.map(({ product }) => product);
  return lastDay === undefined ? undefined : endOfServicing(input, line, { lastDay, family });
}

function passedBy(input: SoftwareInput, { line, branch, all }: OwnLine): SoftwareFinding['undetermined'] {
  const next = exchangeUpdates().find((each) => isNewerUpdate(branchOf(parseVersion(each.branch) ?? []), branch));
  if (next === undefined) return undefined;
  const graceEnds = new Date(Date.parse(next.releasedOn) + graceDays * 86_400_000).toISOString().slice(0, 10);
  const lastRow = lastRowOf(line, input.asOf);
  const family = all.filter((each) => isNewerUpdate(each.branch, branch)).map(({ product }) => product);
  return lastRowOfProducts(input, family) > (lastRow > graceEnds ? lastRow : graceEnds)
    ? endOfServicing(input, line, { lastDay: lastRow === '' ? graceEnds : lastRow, family })
    : undefined;
}

/** Of the same version of Exchange; the Subscription Edition follows 2019 under its number. */
function isNewerUpdate(branch: string, than: string): boolean {
  const [a, b] = [parseVersion(branch) ?? [], parseVersion(than) ?? []];
  return a[0] === b[0] && a[1] === b[1] && compareVersions(a, b) > 0;
}
