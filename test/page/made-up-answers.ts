// Answers of `/v1` in their documented shapes, for states that the demo fleet does not have. Numbers and names are made up.

type Json = Readonly<Record<string, unknown>>;

const deviceIdOf = (n: number): string => n.toString(16).padStart(40, '0');

export const session: Json = {
  tenant: { id: '514595a4-6e1b-4c2b-8550-afad08d5aaaa', name: 'default' },
  name: 'page test',
  roles: ['Software.Read.All', 'Report.Write.All', 'Audit.Read.All', 'Client.ReadWrite.All', 'Catalogue.Write.All'],
  csrf: 'made-up',
};

export const catalogue: Json = {
  id: 'sha256:56bf0ba20bcc4c827d35d59178b97489ad6c9381db4687db85d2f042e183da80',
  newestRelease: '2026-Jun',
  currentTo: '2026-07-05T14:46:17Z',
  ageDays: 142,
  starter: true,
  stale: true,
  staleReason: 'too-old',
  quarantined: 1,
  absentFeeds: [{ feed: 'epss', title: 'FIRST EPSS' }],
  warnings: [
    { kind: 'stale', message: 'The catalogue is 142 days old: updates published since are not judged.' },
    { kind: 'quarantine', message: '1 document is in quarantine.' },
  ],
};

const judgement = { total: 816, assessed: 742, partlyAssessed: 51, notAssessed: 23, stale: 14, staleAfterDays: 30 };

export function overview(changes: Json = {}): Json {
  return {
    catalogue,
    devices: judgement,
    reasons: [
      { reason: 'product-not-covered', partlyAssessed: 40, notAssessed: 0 },
      { reason: 'no-patch-evidence', partlyAssessed: 0, notAssessed: 19 },
      { reason: 'version-unknown', partlyAssessed: 11, notAssessed: 0 },
      { reason: 'outside-catalogue', partlyAssessed: 0, notAssessed: 4 },
    ],
    nothingMissing: { devices: 388, judged: 742, partlyDevices: 12, partlyJudged: 51 },
    missing: { devices: 393, updates: 61, toInstall: 17 },
    openCves: { cves: 512, devices: 393 },
    exploited: { cves: 14, devices: 121 },
    topUpdates: {
      byDevices: Array.from({ length: 8 }, (_, n) => topUpdate(n)),
      byExploited: Array.from({ length: 4 }, (_, n) => topUpdate(n + 2)),
    },
    patchAge: [
      ['current', 380],
      ['1-30', 122],
      ['31-60', 141],
      ['61-90', 60],
      ['91-180', 48],
      ['181-365', 22],
      ['over-365', 13],
      ['unknown', 30],
    ].map(([bucket, devices]) => ({ bucket, devices })),
    trend: { since: '2026-09-27', days: Array.from({ length: 60 }, (_, n) => trendDay(n)) },
    ...changes,
  };
}

function topUpdate(n: number): Json {
  const kb = String(5_094_126 - n * 311);
  return {
    kb,
    name: 'June 2026 Security Updates',
    devices: 240 - n * 27,
    exploitedCves: n % 4,
    severity: n < 5 ? 'Critical' : 'Important',
  };
}

function trendDay(n: number): Json {
  const day = new Date(Date.UTC(2026, 8, 27 + n)).toISOString().slice(0, 10);
  const open = 9000 + Math.round(2500 * Math.sin(n / 9)) - n * 40;
  return {
    day,
    devices: 816,
    assessed: 742,
    partlyAssessed: 51,
    notAssessed: 23,
    nothingMissing: 388,
    missing: 2100,
    openCves: open,
    exploitedCves: Math.round(open / 30),
  };
}

/** Of an empty tenant. */
export const nothingThere = overview({
  devices: { total: 0, assessed: 0, partlyAssessed: 0, notAssessed: 0, stale: 0, staleAfterDays: 30 },
});

/** Devices, of which none could be judged. */
export const nothingJudged = overview({
  devices: { total: 3, assessed: 0, partlyAssessed: 0, notAssessed: 3, stale: 0, staleAfterDays: 30 },
  reasons: [{ reason: 'no-patch-evidence', partlyAssessed: 0, notAssessed: 3 }],
  nothingMissing: { devices: 0, judged: 0, partlyDevices: 0, partlyJudged: 0 },
  missing: { devices: 0, updates: 0, toInstall: 0 },
  openCves: { cves: 0, devices: 0 },
  exploited: { cves: 0, devices: 0 },
  topUpdates: { byDevices: [], byExploited: [] },
  trend: { since: '2026-11-25', days: [trendDay(59)] },
});

export function updateRow(n: number): Json {
  return {
    kb: String(5_094_126 - n * 7),
    name: 'June 2026 Security Updates',
    kind: 'lcu',
    releaseId: '2026-Jun',
    releasedOn: '2026-06-09',
    releaseType: 'B',
    products: ['windows_11', 'edge'],
    builds: ['10.0.26200.8655', '10.0.26100.8655'],
    cves: 91 - (n % 60),
    openCves: 80,
    exploitedCves: n % 4,
    epss: { score: 0.4312, percentile: 0.981, date: '2026-11-20', cve: 'CVE-2026-21509' },
    cvss: { baseScore: 9.8, vector: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H', cve: 'CVE-2026-20001' },
    severity: n % 3 === 0 ? 'Critical' : 'Important',
    restartRequired: 'yes',
    devicesMissing: Math.max(1, 240 - n),
    devicesToInstall: Math.max(0, 200 - n),
    firstMissingOn: '2026-06-09',
    supersededBy: [],
  };
}

export function cveRow(n: number): Json {
  return {
    id: `CVE-2026-${20_001 + n}`,
    severity: n % 5 === 0 ? 'Critical' : 'Important',
    cvss: { baseScore: 7.8, vector: 'CVSS:3.1/AV:L/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H' },
    exploited: n % 9 === 0,
    epss: 0.012,
    publishedOn: '2026-06-09',
    devices: Math.max(0, 300 - n),
  };
}

export function deviceRow(n: number): Json {
  const coverage = n % 29 === 0 ? 'not-assessed' : n % 11 === 0 ? 'partly-assessed' : 'assessed';
  const isJudged = coverage !== 'not-assessed';
  return {
    deviceId: deviceIdOf(n + 1),
    name: `host-${String(n).padStart(6, '0')}.example`,
    os: {
      name: 'Windows 11 Pro',
      platform: 'Windows11',
      version: '24H2',
      architecture: 'x64',
      installationType: 'Client',
    },
    build: isJudged ? '10.0.26100.8457' : null,
    newestBuild: '10.0.26100.8655',
    newestKb: '5094126',
    levelOn: '2026-05-12',
    daysBehind: isJudged ? 28 : null,
    monthsBehind: isJudged ? 1 : null,
    missing: isJudged ? 3 : 0,
    install: isJudged ? 1 : 0,
    openCves: isJudged ? 80 : 0,
    exploitedCves: isJudged ? n % 3 : 0,
    coverage,
    reasons: isJudged ? [] : ['no-patch-evidence'],
    servicing: n % 13 === 0 ? 'esu' : 'supported',
    restartPending: n % 17 === 0,
    group: 'UnassignedGroup',
    tags: ['site:north'],
    sources: ['native'],
    firstSeenAt: '2026-03-01T08:00:00.000Z',
    reportedAt: '2026-11-24T08:00:00.000Z',
    stale: n % 50 === 3,
  };
}

/** One stretch of a list of any length, as the query asks for it. */
export function stretch(address: string, total: number, rowOf: (n: number) => Json, more: Json = {}): Json {
  const query = new URL(address).searchParams;
  const skip = Number(query.get('skip') ?? 0);
  const top = Number(query.get('top') ?? 100);
  const length = Math.max(0, Math.min(top, total - skip));
  return { total, skip, items: Array.from({ length }, (_, n) => rowOf(skip + n)), ...more };
}
