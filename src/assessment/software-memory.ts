import type { Catalogue } from '../catalogue/catalogue.ts';
import { sqlServerBuilds } from '../catalogue/sql-server-builds.ts';
import { parseWindowsProduct } from '../catalogue/windows-version.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { SoftwareFinding, SoftwareInput } from './rules/rule.ts';

/** Findings that are kept with a catalogue; a fleet has some thousand versions of what Microsoft publishes. */
const mostKept = 20_000;

type Judge = (input: SoftwareInput) => SoftwareFinding | undefined;

/**
 * `judge`, once for equal facts: thousands of devices have the same browser and the same Office, whatever Windows they run. Facts
 * are the software, the updates of applications that the list names, and, where instances can stand side by side, the others.
 */
export function judgeOnce(input: SoftwareInput, judge: Judge): SoftwareFinding | undefined {
  const { catalogue, software, asOf, updateList } = input;
  const installed = applicationUpdates(catalogue, input.installed);
  const { name, vendor, version } = software;
  const beside = /sql/i.test(name) ? input.reported.filter((each) => /sql/i.test(each.name)) : [];
  const key = JSON.stringify([asOf, updateList, name, vendor, version, [...installed], beside]);
  const kept = catalogue.once(judgeOnce, () => new Map<string, SoftwareFinding | null>());
  let finding = kept.get(key);
  if (finding === undefined) {
    finding = judge({ ...input, installed }) ?? null;
    if (kept.size >= mostKept) kept.clear();
    kept.set(key, finding);
  }
  return finding ?? undefined;
}

/** Those of a device's updates that some document or table knows for a product other than Windows and its parts. */
function applicationUpdates(catalogue: Catalogue, installed: ReadonlySet<KbNumber>): ReadonlySet<KbNumber> {
  const known = catalogue.once(applicationUpdates, () => new Map<KbNumber, boolean>());
  const found = new Set<KbNumber>();
  for (const kb of installed) {
    let isOne = known.get(kb);
    if (isOne === undefined) {
      isOne = isOfApplication(catalogue, kb);
      if (known.size < mostKept) known.set(kb, isOne);
    }
    if (isOne) found.add(kb);
  }
  return found;
}

function isOfApplication(catalogue: Catalogue, kb: KbNumber): boolean {
  if (sqlServerBuilds(kb).length > 0) return true;
  const ofWindows = catalogue.once(isOfApplication, () => new Map<number, boolean>());
  for (const row of catalogue.rowsOfKb(kb)) {
    for (const product of catalogue.rowProducts(row)) {
      let isPart = ofWindows.get(product);
      if (isPart === undefined) {
        const name = catalogue.productName(product);
        isPart = parseWindowsProduct(name) !== undefined || / on Windows\b/i.test(name);
        ofWindows.set(product, isPart);
      }
      if (!isPart) return true;
    }
  }
  return false;
}
