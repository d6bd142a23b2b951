import { catalogue, cveRow, deviceRow, updateRow } from './made-up-answers.ts';

// Answers about one update, one device, one CVE, the catalogue and access, in their documented shapes. Made up.

type Json = Readonly<Record<string, unknown>>;

const kb = '5094126';
const windows = 'Windows 11 Version 24H2 for x64-based Systems';
const revised = { releaseId: '2026-Jun', revisedAt: '2026-06-28T01:58:09Z' };

export function updateDetail(): Json {
  return {
    ...updateRow(0),
    downloadUrl: 'https://www.catalog.update.microsoft.com/Search.aspx?q=KB5094126',
    url: 'https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB5094126',
    knownIssues: ['https://support.microsoft.com/help/5094126'],
    replaces: [{ kb: '5089549', name: 'May 2026 Security Updates' }],
    replacedBy: [{ kb: '5099999', name: null, devicesMissing: 3 }],
    fixes: Array.from({ length: 30 }, (_, n) => cveRow(n)),
    fixesTotal: 91,
    rows: [
      {
        product: windows,
        productId: '12390',
        subType: 'Security Update',
        fixedBuild: '10.0.26100.8655',
        url: 'https://catalog.update.microsoft.com/v7/site/Search.aspx?q=KB5094126',
        cves: 88,
      },
    ],
    devices: { missing: 240, having: 480, undetermined: 23 },
  };
}

function joined(number: string): Json {
  return {
    kb: number,
    name: 'June 2026 Security Updates',
    kind: 'lcu',
    releaseId: '2026-Jun',
    osBuild: 26_100,
    productsNames: ['windows_11', 'edge'],
    url: '',
    cveAddressed: 91,
    replacedBy: number === kb ? null : kb,
    cves: ['CVE-2026-20001', 'CVE-2026-20002'],
    exploited: null,
    msrcExploited: true,
    kev: null,
    epss: null,
    severity: 'Critical',
    cvss: { baseScore: 8.8, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H', cve: 'CVE-2026-20001' },
    restartRequired: 'yes',
    knownIssues: [],
    releaseType: 'B',
  };
}

export function deviceDetail(changes: Json = {}): Json {
  return {
    ...deviceRow(1),
    installedRebootNeeded: [],
    lifecycle: { date: '2026-11-01', channels: [{ channel: 'Pro', end: '2026-10-13', esuEnd: null }] },
    undetermined: [{ product: '7-Zip 23.01', reason: 'product-not-covered', detail: 'No document names it.' }],
    toInstall: [{ ...joined(kb), replaces: ['5089549', '5083769'] }],
    missingUpdates: [joined(kb), joined('5089549'), joined('5083769')],
    products: [
      {
        productId: '12390',
        name: windows,
        vendor: 'microsoft',
        slug: 'windows_11',
        version: '10.0.26100.8457',
        verdict: 'missing',
        openCves: 80,
        missing: [kb, '5089549', '5083769', '5083700'],
      },
      {
        productId: null,
        name: '7-Zip',
        vendor: '7-zip',
        slug: '7-zip',
        version: '23.01',
        verdict: 'undetermined',
        openCves: 0,
        missing: [],
      },
    ],
    facts: {
      sources: [],
      facts: [
        {
          fact: 'os.build',
          value: '10.0.26100.8457',
          sources: [{ source: 'native', at: '2026-11-24T08:00:00.000Z', class: 'A' }],
        },
      ],
      contradictions: [
        {
          fact: 'os.build',
          said: [
            { source: 'osquery', at: '2026-11-20T08:00:00.000Z', value: '10.0.26100.8457' },
            { source: 'systeminfo', at: null, value: '10.0.26100.8655' },
          ],
          counts: 'the newest exact build',
        },
      ],
      pendingReboot: null,
      opinions: [{ source: 'wsus', kb, verdict: 'missing' }],
    },
    history: [
      { until: null, build: '10.0.26100.8457', coverage: 'assessed', missing: 3, openCves: 80 },
      { until: '2026-11-24T08:00:00.000Z', build: '10.0.26100.8246', coverage: null, missing: null, openCves: null },
    ],
    ...changes,
  };
}

export const notJudgedDevice = deviceDetail({
  coverage: 'not-assessed',
  reasons: ['no-patch-evidence'],
  missing: 0,
  install: 0,
  openCves: 0,
  exploitedCves: 0,
  toInstall: [],
  missingUpdates: [],
  products: [],
});

export const cleanDevice = deviceDetail({
  toInstall: [],
  missingUpdates: [],
  undetermined: [],
  missing: 0,
  install: 0,
});

export const why: Json = {
  subject: { kb },
  verdict: 'missing',
  reason: null,
  rule: 'windows-cumulative',
  facts: [{ fact: 'os.build', value: '10.0.26100.8457', source: 'native' }],
  documents: [{ ...revised, hash: 'sha256:1' }],
  rows: [
    {
      vulnerability: 'CVE-2026-20001',
      kb,
      subType: 'Security Update',
      product: windows,
      fixedBuild: '10.0.26100.8655',
      releaseId: '2026-Jun',
    },
  ],
  alternatives: [],
  because: [
    'The device reports build 10.0.26100.8457.',
    'KB5094126 brings this branch to 10.0.26100.8655, which is newer.',
  ],
  wouldFlip: ['A build of 10.0.26100.8655 or later in the same branch.'],
  flips: [],
};

export const cveDetail: Json = {
  id: 'CVE-2026-20001',
  documents: [revised],
  exploited: true,
  kev: { addedOn: '2026-06-10', dueOn: '2026-07-01', ransomware: true },
  epss: { score: 0.43, percentile: 0.98, date: '2026-11-20' },
  severity: 'Critical',
  cvss: { baseScore: 9.8, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' },
  msrcExploited: true,
  families: [],
  fixes: [
    {
      kb,
      description: kb,
      subType: 'Security Update',
      fixedBuild: '10.0.26100.8655',
      url: '',
      products: Array.from({ length: 7 }, (_, n) => ({ productId: String(n), name: `Windows 11 Version 2${n}H2` })),
    },
  ],
  secondOpinions: [],
  devices: { affected: 240, fixed: 500, undetermined: 23 },
  rows: [
    {
      releaseId: '2026-Jun',
      product: windows,
      productId: '12390',
      kb,
      description: kb,
      subType: 'Security Update',
      fixedBuild: '10.0.26100.8655',
      url: '',
      supersedes: ['5089549'],
    },
  ],
  rowsTotal: 1,
};

export const changes: Json = {
  changes: [
    {
      publishedAt: '2026-06-10T08:00:00.000Z',
      catalogue: { before: `sha256:${'a'.repeat(64)}`, after: `sha256:${'b'.repeat(64)}` },
      ruleSet: { before: '4', after: '4' },
      judgedMs: 4210,
      documents: { total: 2, items: [] },
      verdicts: {
        devices: { total: 1000, changed: 812 },
        patchStates: { judged: 120, changed: 96 },
        coverage: [{ before: 'assessed', after: 'assessed', devices: 1000 }],
        kbs: { total: 9, newlyMissing: 7, noLongerMissing: 0, items: [] },
        cves: { total: 61, newlyOpen: 58, closed: 1, items: [] },
      },
    },
    {
      publishedAt: '2026-05-14T08:00:00.000Z',
      catalogue: { before: null, after: `sha256:${'a'.repeat(64)}` },
      ruleSet: { before: null, after: '4' },
      judgedMs: null,
      documents: { total: 0, items: [] },
      verdicts: null,
    },
  ],
  cursor: '2026-05-14T08:00:00.000Z',
  hasMore: false,
};

export const catalogueView: Json = {
  ...catalogue,
  kbs: 5123,
  cves: 20_670,
  products: 6720,
  sync: null,
  feeds: [
    {
      feed: 'cisa-kev',
      title: 'CISA Known Exploited Vulnerabilities',
      state: 'absent',
      date: null,
      version: null,
      records: null,
      firstSeenAt: null,
    },
  ],
  documents: Array.from({ length: 40 }, (_, n) => ({
    id: `20${60 - n}-Jun`,
    title: 'June Security Updates',
    initialReleaseAt: '2026-06-09T07:00:00Z',
    revisedAt: '2026-06-28T01:58:09Z',
    hash: 'sha256:2',
    vulnerabilities: 120,
    kbRows: 1000,
  })),
  quarantine: [
    {
      id: '2026-May',
      kind: 'older',
      reason: 'older than the one that is held',
      hash: 'sha256:3',
      revisedAt: null,
      quarantinedAt: '2026-11-20T08:00:00.000Z',
      size: null,
      held: null,
    },
  ],
};

export function anomaly(n: number): Json {
  const detail = `fixedBuild 10.0.22631.${n} of another family`;
  return { kind: 'foreign-build', releaseId: '2026-Jun', kb, detail, products: [windows] };
}

export const clients: Json = {
  clients: [
    {
      clientId: '514595a4-6e1b-4c2b-8550-afad08d5aaaa',
      name: 'siem',
      roles: ['Machine.Read.All', 'Software.Read.All'],
      groups: null,
      createdAt: '2026-11-01T08:00:00.000Z',
      revokedAt: null,
    },
  ],
  roles: ['Machine.Read.All', 'Software.Read.All', 'Report.Write.All'],
  groups: ['servers', 'laptops'],
};

export const tokens: Json = {
  lifetimeSeconds: 3600,
  keys: [{ kid: 'key-1', createdAt: '2026-11-01T08:00:00.000Z', signs: true }],
};

export const audit: Json = {
  entries: [{ at: '2026-11-01T08:00:00.000Z', actor: 'local operator', action: 'client.created', subject: null }],
  cursor: null,
  hasMore: false,
};

const refused = [{ file: 'hosts.zip/notes.txt', code: 'UnknownFormat', message: 'notes.txt: no reader knows it' }];

/** A host that tells no name, unless one is given. */
export function preview(address: string): Json {
  const name = new URL(address).searchParams.get('name');
  return {
    fileName: 'hosts.zip',
    reports: 2,
    hosts: [
      {
        file: 'hosts.zip/a.txt',
        format: 'systeminfo',
        confidence: 'B',
        name,
        known: false,
        os: 'Windows 10 Pro',
        build: '10.0.19045',
        updates: 4,
        software: 0,
        coverage: 'not-assessed',
        missing: 0,
        install: [],
        openCves: 0,
        reasons: ['no-patch-evidence'],
      },
    ],
    hostsTotal: 1,
    refused,
    refusedTotal: 1,
    notes: [],
  };
}

export const imported: Json = {
  fileName: 'hosts.zip',
  reports: 2,
  hosts: [],
  hostsTotal: 1,
  refused,
  refusedTotal: 1,
};
