import type { Catalogue } from '../../catalogue/catalogue.ts';
import { parseFixedVersion } from '../../catalogue/fixed-version.ts';
import type { SoftwareRule } from './rule.ts';
import { judgeVersion, parseVersion } from '../lines/version-line.ts';

/**
 * Exchange: the third part of the build names the cumulative update, and each has security updates of its own. A row whose
 * build is of another cumulative update is mis-filed. Source: the verdict's specification, section 6.
 */
export const exchangeServer: SoftwareRule = {
  id: 'exchange-server',
  judges: 'software',
  judge(input) {
    const { catalogue, software } = input;
    if (!/^microsoft exchange server\b/i.test(software.name.trim()) || /language pack/i.test(software.name))
      return undefined;
    const running = parseVersion(software.version ?? '');
    const all = exchangeServers(catalogue);
    const own = all.filter(({ branch }) => running !== undefined && branch === branchOf(running));
    const family = all.filter(
      ({ branch }) => running !== undefined && branch?.startsWith(`${running[0]}.${running[1] ?? 0}.`),
    );
    const shown = own[0] ?? family.at(-1) ?? all.at(-1);
    if (shown === undefined) return undefined;
    const products = own.map(({ product }) => product);
    const finding = judgeVersion(input, {
      rule: 'exchange-server',
      product: shown.product,
      products,
      siblings: family.map(({ product }) => product),
      branchOf,
      isForeign: (fixed) => running !== undefined && branchOf(fixed) !== branchOf(running),
    });
    if (running === undefined || own.length > 0) return finding;
    const detail = `no document names a security update for the cumulative update of build ${software.version ?? ''}: it needs a newer cumulative update first`;
    return { ...finding, undetermined: { reason: 'branch-unknown', detail } };
  },
};

function branchOf([major = 0, minor = 0, update = 0]: readonly number[]): string {
  return `${major}.${minor}.${update}`;
}

interface PublishedExchange {
  readonly product: number;
  /** `15.2.1118` for 2019 CU12, by most of its rows; `undefined` where no row names a build. */
  readonly branch: string | undefined;
}

function exchangeServers(catalogue: Catalogue): readonly PublishedExchange[] {
  return catalogue.once(exchangeServers, () => {
    const found: PublishedExchange[] = [];
    for (let product = 0; product < catalogue.productCount; product += 1) {
      if (catalogue.productName(product).startsWith('Microsoft Exchange Server'))
        found.push({ product, branch: usualBranch(catalogue, product) });
    }
    return found;
  });
}

function usualBranch(catalogue: Catalogue, product: number): string | undefined {
  const votes = new Map<string, number>();
  for (const fix of catalogue.fixesOfProduct(product)) {
    const fixed = parseFixedVersion(catalogue.remediation(catalogue.fixRemediation(fix)).fixedBuild);
    for (const text of fixed.kind === 'versions' ? fixed.versions : []) {
      const version = parseVersion(text);
      if (version !== undefined) votes.set(branchOf(version), (votes.get(branchOf(version)) ?? 0) + 1);
    }
  }
  return [...votes].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? 1 : -1))[0]?.[0];
}
