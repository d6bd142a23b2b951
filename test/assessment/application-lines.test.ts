import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assess } from '../../src/assessment/assess.ts';
import type { Assessment } from '../../src/assessment/assessment.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import { derivePatchState } from '../../src/inventory/patch-state.ts';
import { readNative } from '../../src/inventory/readers/native/read.ts';

const catalogue = loadStarterCatalogue();

/** Installed as setup leaves it, and the published products (by start of their names) that it is serviced as. */
const lines = [
  { name: 'Microsoft SQL Server 2017 (64-bit)', version: '14.0.1000.169', product: /SQL Server 2017 .*\(GDR\)/ },
  { name: 'Microsoft SQL Server 2019 (64-bit)', version: '15.0.4003.23', product: /SQL Server 2019 .*\(CU/ },
  { name: 'Microsoft SQL Server 2022 (64-bit)', version: '16.0.1000.6', product: /SQL Server 2022 .*\(GDR\)/ },
  { name: 'Microsoft SQL Server 2025 (64-bit)', version: '17.0.1000.7', product: /SQL Server 2025 .*\(GDR\)/ },
  {
    name: 'Microsoft Exchange Server 2016',
    version: '15.1.2507.6',
    product: /Exchange Server 2016 Cumulative Update 23/,
  },
  {
    name: 'Microsoft Exchange Server 2019',
    version: '15.2.1748.10',
    product: /Exchange Server 2019 Cumulative Update 15/,
  },
  { name: 'Microsoft Word 2016', version: '16.0.4266.1001', product: /Microsoft Word 2016 \(/ },
  { name: 'Microsoft Excel 2016', version: '16.0.4266.1001', product: /Microsoft Excel 2016 \(/ },
  { name: 'Microsoft Outlook 2016', version: '16.0.4266.1001', product: /Microsoft Outlook 2016 \((?:32|64)/ },
  { name: 'Microsoft Office 2016', version: '16.0.4266.1001', product: /Microsoft Office 2016 \((?:32|64)/ },
  { name: 'Microsoft Word 2013', version: '15.0.4569.1506', product: /Microsoft Word 2013 (?:Service|\()/ },
  { name: 'Microsoft Excel 2010', version: '14.0.7015.1000', product: /Microsoft Excel 2010/ },
  {
    name: 'Microsoft SharePoint Server 2019',
    version: '16.0.10337.12109',
    product: /Microsoft SharePoint Server 2019$/,
  },
  {
    name: 'Microsoft SharePoint Server 2016',
    version: '16.0.4351.1000',
    product: /Microsoft SharePoint (?:Enterprise )?Server 2016$/,
  },
  { name: 'Office Online Server', version: '16.0.6814.2226', product: /Office Online Server/ },
] as const;

function judge(
  { name, version }: { readonly name: string; readonly version: string },
  updates: readonly string[],
): Assessment {
  const inventory = readNative({
    schema: 'kbgap-inventory/1',
    device: { name: 'host' },
    os: { name: 'Microsoft Windows 11 Enterprise', build: '10.0.26100.8655', architecture: 'x64' },
    updates: updates.map((kb) => ({ kb: `KB${kb}`, state: 'installed' })),
    software: [{ name, version, vendor: 'Microsoft Corporation' }],
  });
  return assess(derivePatchState(inventory), catalogue, { asOf: null });
}

/** The updates that rows name for these products, and what each supersedes by any of them. */
function published(product: RegExp): ReadonlyMap<string, ReadonlySet<string>> {
  const supersedes = new Map<string, Set<string>>();
  for (let index = 0; index < catalogue.productCount; index += 1) {
    if (!product.test(catalogue.productName(index))) continue;
    for (const fix of catalogue.fixesOfProduct(index)) {
      const { kb, supersedes: older } = catalogue.remediation(catalogue.fixRemediation(fix));
      if (kb === null) continue;
      const own = supersedes.get(kb) ?? new Set();
      for (const each of older) if (each !== kb) own.add(each);
      supersedes.set(kb, own);
    }
  }
  return supersedes;
}

function withOlder(kb: string, supersedes: ReadonlyMap<string, ReadonlySet<string>>): ReadonlySet<string> {
  const found = new Set([kb]);
  for (const each of found) for (const older of supersedes.get(each) ?? []) if (supersedes.has(older)) found.add(older);
  return found;
}

describe('servicing lines of applications, against what the documents say of supersedence', () => {
  for (const line of lines) {
    const supersedes = published(line.product);
    const superseded = new Set([...supersedes.values()].flatMap((older) => [...older]));
    const heads = [...supersedes.keys()].filter((kb) => !superseded.has(kb));

    it(`${line.name}: with every update that none supersedes it lacks nothing`, () => {
      assert.ok(supersedes.size > 2, 'the documents have updates for it');
      const { missing, openCves } = judge(line, heads);
      assert.deepEqual(
        missing.map(({ kb }) => kb),
        [],
      );
      assert.deepEqual(openCves, []);
    });

    it(`${line.name}: an update closes all that it supersedes, one by one`, () => {
      for (const head of heads) {
        const older = withOlder(head, supersedes);
        const still = judge(line, [head]).missing.filter(({ kb }) => older.has(kb));
        assert.deepEqual(
          still.map(({ kb }) => kb),
          [],
          `with KB${head}`,
        );
      }
    });

    it(`${line.name}: what is to install replaces the rest, and nothing of it another`, () => {
      const { missing, install } = judge(line, []);
      const older = new Set(
        install.flatMap((kb) => [...withOlder(kb, supersedes)].filter((each) => each !== (kb as string))),
      );
      assert.deepEqual(
        install.filter((kb) => older.has(kb)),
        [],
      );
      for (const { kb, replacedBy, cveAddressed, cves } of missing) {
        assert.ok(cves.length <= cveAddressed, `KB${kb} addresses what is open by it`);
        if (replacedBy !== null) assert.ok(install.includes(replacedBy), `KB${replacedBy} in place of KB${kb}`);
      }
    });
  }
});
