import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readNative } from '../../src/inventory/readers/native/read.ts';
import { exportClient } from '../support/export-client.ts';
import { startTwoTenants } from '../support/two-tenants.ts';

const { application, tenant, now, token, ask } = await startTwoTenants();
const bearer = await token();

interface Reported {
  readonly name: string;
  readonly build?: string;
  readonly type?: string;
  readonly osName?: string;
  readonly tags?: readonly string[];
  readonly software?: readonly (readonly [name: string, vendor: string, version: string])[];
}

async function report({
  name,
  build = '10.0.26100.8000',
  type = 'Client',
  osName,
  tags = [],
  software = [],
}: Reported): Promise<string> {
  const native = {
    schema: 'kbgap-inventory/1',
    device: { name, tags },
    os: { ...(osName === undefined ? {} : { name: osName }), build, architecture: 'x64', installationType: type },
    software: software.map(([of, vendor, version]) => ({ name: of, vendor, version })),
  };
  const { deviceId } = await application.applyReport(tenant, {
    inventory: readNative(native),
    raw: Buffer.from(JSON.stringify(native)),
    format: 'native',
    receivedAt: now(),
  });
  return deviceId;
}

await application.groups.create(tenant, { name: 'Berlin', rule: { tags: ['berlin'] }, id: 140 });
const edge = ['Microsoft Edge', 'Microsoft Corporation', '128.0.2739.67'] as const;
const pc = await report({
  name: 'pc1.contoso.com',
  build: '10.0.22631.3007',
  osName: 'Microsoft Windows 11 Pro',
  tags: ['berlin'],
  software: [
    edge,
    ['7-Zip 24.08 (x64)', 'Igor Pavlov', '24.08'],
    ['Microsoft Update Health Tools', 'Microsoft Corporation', '3.74.0.0'],
    ['7-ZIP 24.08 (x64)', 'Igor Pavlov', '24.08'],
  ],
});
const server2019 = await report({
  name: 'srv',
  build: '10.0.17763.1339',
  type: 'Server',
  osName: 'Windows Server 2019 Standard',
});
const old = await report({ name: 'old', build: '10.0.18363.476', osName: 'Microsoft Windows 10 Enterprise' });
const current = await report({ name: 'new', build: '10.0.26100.9999', osName: 'Microsoft Windows 11 Enterprise' });

const { page, all } = exportClient((url, as) => ask({ url, token: as ?? bearer }));

const at = '/api/machines';
const inventory = `${at}/SoftwareInventoryByMachine`;
const noProductCode = `${at}/SoftwareInventoryNoProductCodeByMachine`;
const vulnerabilities = `${at}/SoftwareVulnerabilitiesByMachine`;
const forms = [inventory, noProductCode, vulnerabilities];

// The contract's keys in wire order: $metadata of the service, and the samples of the documentation.
const head = ['deviceId', 'rbacGroupId', 'rbacGroupName', 'deviceName', 'osPlatform'];
const software = ['softwareVendor', 'softwareName', 'softwareVersion'];
const support = ['endOfSupportStatus', 'endOfSupportDate'];
const keys = {
  AssetSoftware: [
    ...head,
    ...software,
    'numberOfWeaknesses',
    'diskPaths',
    'registryPaths',
    'softwareFirstSeenTimestamp',
    ...support,
  ],
  AssetNonCpeSoftware: [...head, ...software, 'softwareLastSeenTimestamp'],
  AssetVulnerability: [
    'id',
    ...head,
    'osVersion',
    'osArchitecture',
    ...software,
    'cveId',
    'vulnerabilitySeverityLevel',
    'recommendedSecurityUpdate',
    'recommendedSecurityUpdateId',
    'recommendedSecurityUpdateUrl',
    'diskPaths',
    'registryPaths',
    'lastSeenTimestamp',
    'firstSeenTimestamp',
    ...support,
    'exploitabilityLevel',
    'recommendationReference',
    'cvssScore',
    'securityUpdateAvailable',
    'cveMitigationStatus',
  ],
};

describe('rows of exports', () => {
  for (const [index, [type, expected]] of Object.entries(keys).entries()) {
    it(`${type}: context, keys and their order`, async () => {
      const answer = await page(forms[index] ?? '');
      const context = `http://localhost:80/api/$metadata#Collection(microsoft.windowsDefenderATP.api.${type})`;
      assert.deepEqual(Object.keys(answer), ['@odata.context', 'value']);
      assert.equal(answer['@odata.context'], context);
      assert.ok(answer.value.length > 0);
      for (const row of answer.value) assert.deepEqual(Object.keys(row), expected);
    });
  }

  it('software: that of each device, with how much is open in it there', async () => {
    const rows = await all(inventory);
    for (const device of [pc, server2019, old, current]) {
      const own = rows.filter((row) => row['deviceId'] === device);
      const listed = (await page(`${at}/${device}/software`)).value;
      assert.deepEqual(
        new Set(own.map((row) => `${String(row['softwareVendor'])}-_-${String(row['softwareName'])}`)),
        new Set(listed.map(({ id }) => id)),
      );
      for (const { name, weaknesses } of listed)
        assert.equal(
          Math.max(...own.flatMap((row) => (row['softwareName'] === name ? [Number(row['numberOfWeaknesses'])] : []))),
          weaknesses,
        );
    }
    const { numberOfWeaknesses, ...rest } =
      rows.find((row) => row['deviceId'] === pc && row['softwareVersion'] === edge[2]) ?? {};
    assert.ok(Number(numberOfWeaknesses) > 0);
    assert.deepEqual(rest, {
      deviceId: pc,
      rbacGroupId: 140,
      rbacGroupName: 'Berlin',
      deviceName: 'pc1.contoso.com',
      osPlatform: 'Windows11',
      softwareVendor: 'microsoft',
      softwareName: 'edge_chromium-based',
      softwareVersion: edge[2],
      diskPaths: [],
      registryPaths: [],
      softwareFirstSeenTimestamp: null,
      endOfSupportStatus: 'None',
      endOfSupportDate: null,
    });
  });

  it('software of others, and what no document names, as it was reported last', async () => {
    const rows = await all(noProductCode);
    const shared = {
      deviceId: pc,
      rbacGroupId: 140,
      rbacGroupName: 'Berlin',
      deviceName: 'pc1.contoso.com',
      osPlatform: 'Windows11',
    };
    assert.deepEqual(rows, [
      {
        ...shared,
        softwareVendor: 'igor_pavlov',
        softwareName: '7-zip_24.08_(x64)',
        softwareVersion: '24.08',
        softwareLastSeenTimestamp: '2026-11-23 12:00:00.000',
      },
      {
        ...shared,
        softwareVendor: 'microsoft',
        softwareName: 'microsoft_update_health_tools',
        softwareVersion: '3.74.0.0',
        softwareLastSeenTimestamp: '2026-11-23 12:00:00.000',
      },
    ]);
  });

  it('vulnerabilities: those of machinesVulnerabilities, and a row for software without any', async () => {
    const rows = await all(vulnerabilities);
    const told = await all('/api/vulnerabilities/machinesVulnerabilities');
    const line = (...parts: readonly unknown[]): string => parts.map(String).join(' ');
    assert.deepEqual(
      rows
        .filter(({ cveId }) => cveId !== null)
        .map((row) =>
          line(
            row['deviceId'],
            row['softwareVendor'],
            row['softwareName'],
            row['softwareVersion'],
            row['cveId'],
            row['recommendedSecurityUpdateId'],
            row['vulnerabilitySeverityLevel'],
          ),
        )
        .sort(),
      told
        .map((row) =>
          line(
            row['machineId'],
            row['productVendor'],
            row['productName'],
            row['productVersion'],
            row['cveId'],
            row['fixingKbId'],
            row['severity'],
          ),
        )
        .sort(),
    );
    const without = rows.filter(({ cveId }) => cveId === null);
    const clean = (await all(inventory)).filter(({ numberOfWeaknesses }) => numberOfWeaknesses === 0);
    assert.ok(clean.length > 0);
    assert.deepEqual(
      without.map((row) => line(row['deviceId'], row['softwareName'], row['softwareVersion'])),
      clean.map((row) => line(row['deviceId'], row['softwareName'], row['softwareVersion'])),
    );
    for (const row of without)
      assert.deepEqual(
        [
          row['vulnerabilitySeverityLevel'],
          row['recommendedSecurityUpdate'],
          row['exploitabilityLevel'],
          row['cvssScore'],
          row['securityUpdateAvailable'],
        ],
        [null, null, 'NoExploit', 0, false],
      );
    assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length);
    for (const row of rows)
      assert.equal(
        row['id'],
        `${[row['deviceId'], row['softwareName'], row['softwareVersion'], row['cveId']].join('_')}_`,
      );
  });

  it('a CVE with the update of its own month', async () => {
    const rows = await all(vulnerabilities);
    const row = rows.find(({ deviceId, cveId }) => deviceId === old && cveId === 'CVE-2020-0601');
    // MSRC, January 2020: KB4528760 for Windows 10 1909; CISA lists the CVE as exploited, MSRC's own word is no.
    const id = `${old}_windows_10_10.0.18363.476_CVE-2020-0601_`;
    assert.deepEqual(row, {
      id,
      deviceId: old,
      rbacGroupId: 0,
      rbacGroupName: 'UnassignedGroup',
      deviceName: 'old',
      osPlatform: 'Windows10',
      osVersion: '10.0.18363.476',
      osArchitecture: 'x64',
      softwareVendor: 'microsoft',
      softwareName: 'windows_10',
      softwareVersion: '10.0.18363.476',
      cveId: 'CVE-2020-0601',
      vulnerabilitySeverityLevel: 'High',
      recommendedSecurityUpdate: 'January 2020 Security Updates',
      recommendedSecurityUpdateId: '4528760',
      recommendedSecurityUpdateUrl: 'https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB4528760',
      diskPaths: [],
      registryPaths: [],
      lastSeenTimestamp: '2026-11-23 12:00:00.000',
      firstSeenTimestamp: null,
      // Microsoft Lifecycle: Windows 10 Enterprise 1909.
      endOfSupportStatus: 'EOS Version',
      endOfSupportDate: '2022-05-10',
      exploitabilityLevel: 'NoExploit',
      recommendationReference: 'va-_-microsoft-_-windows_10',
      cvssScore: 8.1,
      securityUpdateAvailable: true,
      cveMitigationStatus: null,
    });
  });

  it('a fix without a number is a fix', async () => {
    const row = (await all(vulnerabilities)).find(
      ({ softwareVersion, cveId }) => softwareVersion === edge[2] && cveId !== null,
    );
    assert.deepEqual(
      [row?.['recommendedSecurityUpdate'], row?.['recommendedSecurityUpdateId'], row?.['securityUpdateAvailable']],
      ['Release Notes', null, true],
    );
  });
});

describe('who sees what', () => {
  it('a client that is bound to groups: their devices alone', async () => {
    const { clientId } = await application.createClient(tenant, 'siem', [], { groups: ['Berlin'] });
    const bound = await token({ clientId });
    for (const form of forms) {
      const rows = await all(`${form}?pageSize=100`, bound);
      const own = (await all(form)).filter(({ rbacGroupName }) => rbacGroupName === 'Berlin');
      assert.deepEqual(rows, own);
    }
  });

  it('software for its role, vulnerabilities for theirs', async () => {
    const cases = [
      [inventory, 'Software.Read'],
      [noProductCode, 'Software.Read.All'],
      [vulnerabilities, 'Vulnerability.Read'],
      [`${at}/SoftwareVulnerabilitiesExport`, 'Vulnerability.Read.All'],
      [`${at}/SoftwareInventoryExport`, 'Software.Read.All'],
      [`${at}/SoftwareInventoryNonCpeExport`, 'Software.Read'],
    ] as const;
    for (const [url, role] of cases) {
      assert.equal((await ask({ url, token: await token({ roles: [role] }) })).status, 200);
      const other = role.startsWith('Software') ? 'Vulnerability.Read.All' : 'Software.Read.All';
      assert.equal((await ask({ url, token: await token({ roles: [other, 'Machine.Read.All'] }) })).status, 403);
    }
  });
});
