import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { loadStarterCatalogue } from '../../catalogue/starter-catalogue.ts';
import { derivePatchState } from '../../inventory/patch-state.ts';
import { readNative } from '../../inventory/readers/native/read.ts';
import type { KbNumber } from '../../terms/kb-number.ts';
import { ruleInput } from '../assess.ts';
import { undeterminedReasons } from '../assessment.ts';
import { identifyOs } from '../identify-os.ts';
import { isWindowsServicing } from '../lines/classify-row.ts';
import type { LackingUpdate, OpenVulnerability, RuleInput, UndeterminedProduct } from './rule.ts';
import { rules, softwareRules } from './rules.ts';

interface ContractCase {
  /** The rules that judge something here: the first that knows each piece of software, all that are answerable for Windows. */
  readonly rules: readonly string[];
  readonly says: string;
  readonly os: object;
  readonly updates?: readonly string[];
  readonly components?: object;
  readonly software?: readonly object[];
  readonly asOf: string;
  /** Updates that must be found lacking; `[]` where the rule judges without a KB. */
  readonly lacking: readonly string[];
}

const windows7 = { name: 'Windows 7 Professional', build: '6.1.7601', architecture: 'x64' };
const client = { name: 'Windows 10 Pro', build: '10.0.19045.3930', architecture: 'x64' };
const server2022 = { name: 'Windows Server 2022 Datacenter', architecture: 'x64', installationType: 'Server' };

// Expectations: the worked cases of the verdict's specification (section 9), and rows of the documents they name.
const cases: readonly ContractCase[] = [
  {
    rules: ['windows-cumulative'],
    says: 'a client one month behind',
    os: { ...client, build: '10.0.19045.3803' },
    asOf: '2024-01-31',
    lacking: ['5034122'],
  },
  {
    rules: ['windows-hotpatch'],
    says: "a server on February's hotpatch lacks March's",
    os: { ...server2022, build: '10.0.20348.4711' },
    updates: ['5075943'],
    asOf: '2026-03-31',
    lacking: ['5078737'],
  },
  {
    rules: ['windows-rollup', 'windows-component-updates'],
    says: 'Windows 7 a rollup behind',
    os: windows7,
    components: { internetExplorer: '11.0.9600.1' },
    updates: ['4480970'],
    asOf: '2019-02-28',
    lacking: ['4486563'],
  },
  {
    rules: ['windows-rollup', 'windows-component-updates', 'flash-player'],
    says: 'before October 2016 every component has its update',
    os: { name: 'Windows Server 2012 R2 Standard', build: '6.3.9600', architecture: 'x64', installationType: 'Server' },
    updates: ['3172729'],
    asOf: '2016-09-30',
    lacking: ['3185911'],
  },
  {
    rules: ['windows-cumulative', 'flash-player'],
    says: 'Flash of February 2019, which no build tells',
    os: { name: 'Windows 10 Pro', build: '10.0.17763.316', architecture: 'x64' },
    updates: ['4487044'],
    asOf: '2019-02-28',
    lacking: ['4487038'],
  },
  {
    rules: ['windows-cumulative', 'dotnet-framework'],
    says: '.NET Framework has an update of its own',
    os: client,
    updates: ['5034122'],
    components: { dotnetFramework: ['4.8'] },
    asOf: '2024-01-31',
    lacking: ['5034275'],
  },
  {
    rules: ['windows-cumulative', 'sql-server'],
    says: 'SQL Server on its GDR line',
    os: client,
    software: [{ name: 'Microsoft SQL Server 2019 (64-bit)', version: '15.0.2095.3' }],
    asOf: '2023-02-28',
    lacking: ['5021125'],
  },
  {
    rules: ['windows-cumulative', 'exchange-server'],
    says: "the security update of Exchange's cumulative update",
    os: client,
    software: [{ name: 'Microsoft Exchange Server 2019', version: '15.2.1118.15' }],
    asOf: '2022-11-30',
    lacking: ['5019758'],
  },
  {
    rules: ['windows-cumulative', 'sharepoint-server'],
    says: 'the other part of a SharePoint update',
    os: client,
    software: [{ name: 'Microsoft SharePoint Server 2019', version: '16.0.10399.20000' }],
    updates: ['5002402'],
    asOf: '2023-06-30',
    lacking: ['5002403'],
  },
  {
    rules: ['windows-cumulative', 'office-click-to-run'],
    says: 'Microsoft 365 Apps by dated builds, without a KB',
    os: client,
    software: [{ name: 'Microsoft 365 Apps for enterprise - en-us', version: '16.0.16026.20200' }],
    asOf: '2023-03-31',
    lacking: [],
  },
  {
    rules: ['windows-cumulative', 'office-msi'],
    says: 'an application of Office from Windows Installer by its version',
    os: client,
    software: [{ name: 'Microsoft Outlook 2016', version: '16.0.5370.1000' }],
    asOf: '2023-03-31',
    lacking: ['5002254'],
  },
  {
    rules: ['windows-cumulative', 'visual-studio'],
    says: 'Visual Studio 2015 by KB',
    os: client,
    software: [{ name: 'Microsoft Visual Studio Professional 2015', version: '14.0.25420.0' }],
    asOf: '2024-10-31',
    lacking: ['5045536'],
  },
  {
    rules: ['windows-cumulative', 'dotnet-runtime'],
    says: 'ASP.NET Core by rows of its own',
    os: client,
    software: [{ name: 'Microsoft ASP.NET Core 8.0.24 - Shared Framework (x64)', version: '8.0.24.26113' }],
    asOf: '2026-03-31',
    lacking: ['5081277'],
  },
  {
    rules: ['windows-cumulative', 'powershell'],
    says: 'PowerShell inside its minor version, without a KB',
    os: client,
    software: [{ name: 'PowerShell 7-x64', version: '7.4.1.0' }],
    asOf: '2026-04-30',
    lacking: [],
  },
  {
    rules: ['windows-cumulative', 'fixed-version'],
    says: 'a driver by version, without a KB',
    os: client,
    software: [{ name: 'Microsoft ODBC Driver 18 for SQL Server', version: '18.1.2.1' }],
    asOf: '2023-04-30',
    lacking: [],
  },
  {
    rules: ['windows-cumulative', 'edge-update'],
    says: "Edge's updater by its own version",
    os: client,
    software: [{ name: 'Microsoft Edge Update', version: '1.3.195.43' }],
    asOf: '2025-05-31',
    lacking: [],
  },
  {
    rules: ['windows-cumulative', 'edge-chromium'],
    says: 'Edge by version, without a KB',
    os: client,
    software: [{ name: 'Microsoft Edge', version: '128.0.2739.67' }],
    asOf: '2024-09-30',
    lacking: [],
  },
];

const catalogue = loadStarterCatalogue();

interface Found {
  readonly rule: string;
  readonly products: readonly number[];
  readonly open: readonly OpenVulnerability[];
  readonly lacking: readonly LackingUpdate[];
  readonly undetermined: readonly Pick<UndeterminedProduct, 'reason' | 'detail'>[];
}

function inputOf({ os, updates = [], components, software = [], asOf }: ContractCase): RuleInput {
  const state = derivePatchState(
    readNative({
      schema: 'kbgap-inventory/1',
      device: { name: 'host' },
      os,
      updates: updates.map((kb) => ({ kb: `KB${kb}`, state: 'installed' })),
      software,
      ...(components && { components }),
    }),
  );
  const identity = identifyOs(state, catalogue);
  assert.ok(identity.kind === 'identified');
  const [candidate] = identity.candidates;
  assert.ok(candidate !== undefined);
  return ruleInput(state, catalogue, { os: candidate, ubr: identity.ubr, asOf });
}

/** What every rule of the list says, each for itself. */
function askAll(input: RuleInput): readonly Found[] {
  const { state, installed, asOf } = input;
  return rules.flatMap((rule): readonly Found[] => {
    if (rule.judges === 'windows') {
      const finding = rule.judge(input);
      return finding === undefined ? [] : [{ ...finding, rule: rule.id }];
    }
    return state.software.flatMap((software) => {
      const asked = { catalogue, software, reported: state.software, installed, asOf, updateList: state.updateList };
      if (softwareRules.find((each) => each.judge(asked) !== undefined) !== rule) return [];
      const finding = rule.judge(asked);
      if (finding === undefined) return [];
      return [{ ...finding, undetermined: finding.undetermined === undefined ? [] : [finding.undetermined] }];
    });
  });
}

describe('contract of every rule', () => {
  it('is one file each, named for its id', async () => {
    const ids = rules.map(({ id }) => id);
    assert.deepEqual([...new Set(ids)], ids);
    for (const rule of rules) {
      const file = (await import(`./${rule.id}.ts`)) as Readonly<Record<string, unknown>>;
      assert.ok(Object.values(file).includes(rule), `${rule.id}.ts exports it`);
    }
  });

  it('has a case for each', () => {
    const shown = new Set(cases.flatMap((each) => each.rules));
    assert.deepEqual(
      rules.map(({ id }) => id).filter((id) => !shown.has(id)),
      [],
    );
  });

  for (const each of cases) {
    it(`${each.rules.join(', ')}: ${each.says}`, () => {
      const input = inputOf(each);
      const found = askAll(input);
      const answering = found.filter(({ open, lacking, undetermined, products }) =>
        products.some((product) => product === input.os.product)
          ? true
          : [open, lacking, undetermined].some((list) => list.length > 0),
      );
      assert.deepEqual(new Set(answering.map(({ rule }) => rule)), new Set(each.rules));
      const lacking = found.flatMap((finding) => finding.lacking.map(({ kb }) => kb as string));
      for (const kb of each.lacking) assert.ok(lacking.includes(kb), `KB${kb} among ${lacking.join(', ')}`);
      for (const finding of found) holdsContract(finding, each.asOf);
      assert.deepEqual(askAll(inputOf(each)), found, 'the same facts give the same finding');
    });
  }
});

function holdsContract({ products, open, lacking, undetermined }: Found, asOf: string): void {
  assert.ok(products.length > 0);
  const kbs = new Set(lacking.map(({ kb }) => kb));
  assert.equal(kbs.size, lacking.length, 'an update is lacking once');
  const opened = new Set(open.flatMap((each) => each.kbs));
  assert.deepEqual(
    [...opened].filter((kb) => !kbs.has(kb)),
    [],
    'what closes an open vulnerability is lacking',
  );
  for (const { kb, replacedBy } of lacking) {
    assert.ok(opened.has(kb), `KB${kb} closes something`);
    assert.ok(replacedBy !== kb, `KB${kb} does not replace itself`);
    assert.ok((catalogue.findRelease(kb)?.releasedOn ?? '9') <= asOf, `KB${kb} is of ${asOf} or before`);
    assert.ok(!isServicingStack(kb), `KB${kb} is no servicing stack`);
  }
  for (const { reason, detail } of undetermined) {
    assert.ok(undeterminedReasons.includes(reason));
    assert.notEqual(detail, '');
  }
}

function isServicingStack(kb: KbNumber): boolean {
  const { start, end } = catalogue.fixesOfKb(kb);
  for (let fix = start; fix < end; fix += 1)
    if (isWindowsServicing(catalogue.remediation(catalogue.fixRemediation(fix)).subType)) return true;
  return false;
}
