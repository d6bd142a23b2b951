import Type from 'typebox';
import type { TProperties } from 'typebox';
import { ageBuckets } from '../../../operations/views/view-context.ts';
import { catalogueBriefProperties } from './catalogue-shapes.ts';
import {
  count,
  coverage,
  day,
  device,
  flag,
  instant,
  kb,
  list,
  number,
  one,
  orNull,
  part,
  shape,
  text,
} from './shape.ts';

const severity = orNull(one(['Critical', 'Important', 'Moderate', 'Low']));
const servicing = orNull(one(['supported', 'esu', 'end-of-servicing']));
const restart = orNull(one(['yes', 'maybe', 'no']));
const reasons = list(text('`no-patch-evidence` …'), 'Why something could not be judged.');

const pageOf = <P extends TProperties>(title: string, row: P) =>
  shape(title, { total: count('Rows over all pages.'), skip: count(), items: list(part(row)) });

const deviceRow = {
  deviceId: device,
  name: orNull(text()),
  os: part({
    name: orNull(text()),
    platform: orNull(text('`Windows11`')),
    version: orNull(text('`24H2`')),
    architecture: orNull(text()),
    installationType: orNull(text()),
  }),
  build: orNull(text('`10.0.26100.4061`')),
  newestBuild: orNull(text('Newest level of its branch that the catalogue knows.')),
  newestKb: orNull(kb),
  levelOn: orNull(day),
  daysBehind: orNull(count('From the release of its level to that of the newest of its branch; null: not judged.')),
  monthsBehind: orNull(count('Months of which it lacks the update.')),
  missing: count(),
  install: count('Of the missing, those that none of them replaces.'),
  openCves: count(),
  exploitedCves: count(),
  coverage,
  reasons,
  servicing,
  restartPending: flag('The report says so, or an installed update waits for it.'),
  group: text('`UnassignedGroup` for none.'),
  tags: list(text()),
  sources: list(text('Who reported it.')),
  firstSeenAt: instant,
  reportedAt: instant,
  stale: flag('Without a report for 30 days.'),
};

/** GET /v1/devices */
export const devicesShape = shape('DevicePage', {
  total: count('Rows over all pages.'),
  skip: count(),
  coverage: part({ assessed: count(), partlyAssessed: count(), notAssessed: count() }),
  items: list(part(deviceRow)),
});

const cve = {
  id: text(),
  severity,
  cvss: orNull(part({ baseScore: number(), vector: text() })),
  exploited: flag("Whether CISA's list has it or MSRC says so."),
  epss: orNull(number('0 to 1.')),
  publishedOn: day,
  devices: count('Devices that are open to it.'),
};

/** GET /v1/cves */
export const cvesShape = pageOf('CvePage', cve);

const update = {
  kb,
  name: orNull(text('`June 2026 Security Updates`')),
  kind: orNull(text('`lcu` …; null: no device misses it, so that no rule has told.')),
  releaseId: orNull(text('`2026-Jun`')),
  releasedOn: orNull(day),
  releaseType: orNull(one(['B', 'preview', 'out-of-band', 'hotpatch'])),
  products: list(text('`windows_11`')),
  builds: list(text('As published.')),
  cves: count('That it fixes on any product.'),
  openCves: count('Open on some device, and this is the update that Microsoft lists for them.'),
  exploitedCves: count('Of `cves`.'),
  epss: orNull(part({ score: number('0 to 1.'), percentile: number('0 to 1.'), date: text(), cve: text() })),
  cvss: orNull(part({ baseScore: number(), vector: text(), cve: text() })),
  severity,
  restartRequired: restart,
  devicesMissing: count(),
  devicesToInstall: count('On which no other missing update replaces it.'),
  firstMissingOn: orNull(day),
  supersededBy: list(kb),
};

/** GET /v1/updates */
export const updatesShape = pageOf('UpdatePage', update);

const named = { kb, name: orNull(text()) };

/** GET /v1/updates/{kb} */
export const updateShape = shape('UpdateDetail', {
  ...update,
  downloadUrl: text('Microsoft Update Catalog.'),
  knownIssues: list(text('Support article.')),
  replaces: list(part(named)),
  replacedBy: list(part({ ...named, devicesMissing: count() })),
  fixes: list(part(cve), 'Exploited first, then by score; the first 500.'),
  fixesTotal: count(),
  rows: list(
    part({ product: text(), productId: text(), subType: text(), fixedBuild: text(), url: text(), cves: count() }),
    'What is published for which product.',
  ),
  devices: part({
    missing: count(),
    having: count('It is for a judged product of theirs, and not missing there: they have it or what replaces it.'),
    undetermined: count(),
  }),
});

const topUpdate = part({ ...named, devices: count(), exploitedCves: count(), severity });

/** GET /v1/overview */
export const overviewShape = shape('Overview', {
  catalogue: part(catalogueBriefProperties),
  devices: part({
    total: count(),
    assessed: count(),
    partlyAssessed: count(),
    notAssessed: count(),
    stale: count(),
    staleAfterDays: count(),
  }),
  reasons: list(part({ reason: text(), partlyAssessed: count(), notAssessed: count() })),
  nothingMissing: part({ devices: count(), judged: count(), partlyDevices: count(), partlyJudged: count() }),
  missing: part({ devices: count(), updates: count(), toInstall: count() }),
  openCves: part({ cves: count(), devices: count() }),
  exploited: part({ cves: count(), devices: count() }),
  topUpdates: part({ byDevices: list(topUpdate), byExploited: list(topUpdate) }),
  patchAge: list(part({ bucket: one(ageBuckets), devices: count() })),
  trend: part({
    since: orNull(day),
    days: list(
      part({
        day,
        devices: count(),
        assessed: count(),
        partlyAssessed: count(),
        notAssessed: count(),
        nothingMissing: count(),
        missing: count('Pairs of device and update.'),
        openCves: count('Pairs of device and CVE.'),
        exploitedCves: count('Pairs of device and exploited CVE.'),
      }),
    ),
  }),
});

const open = (title: string, description: string) => Type.Object({}, { title, description });

/** GET /v1/devices/{id} */
export const deviceShape = shape('DeviceDetail', {
  ...deviceRow,
  installedRebootNeeded: list(kb),
  lifecycle: orNull(open('DeviceLifecycle', 'How long its Windows is serviced, by channel.')),
  undetermined: list(part({ product: text(), reason: text(), detail: text() })),
  toInstall: list(
    open('UpdateToInstall', 'As in `missing` of the assessment, and `replaces`: missing ones that it stands for.'),
  ),
  missingUpdates: list(open('MissingUpdateJoined', 'As `missing` of the assessment, without evidence.')),
  products: list(
    part({
      productId: orNull(text()),
      name: text(),
      vendor: text(),
      slug: text(),
      version: orNull(text()),
      verdict: one(['missing', 'remediated', 'undetermined']),
      openCves: count(),
      missing: list(kb),
    }),
  ),
  facts: open('FactsOfDevice', 'As `/v1/devices/{id}/facts`.'),
  history: list(
    part({
      until: orNull(instant),
      build: orNull(text()),
      coverage: orNull(coverage),
      missing: orNull(count()),
      openCves: orNull(count()),
    }),
    'Newest first, the first is now; as far as changes are kept.',
  ),
});

/** GET /v1/devices/{id}/why */
export const whyShape = shape('Why', {
  subject: open('WhySubject', '`kb` or `vulnerability`.'),
  verdict: one(['missing', 'remediated', 'undetermined', 'not-applicable']),
  reason: orNull(text()),
  rule: text(),
  facts: list(part({ fact: text(), value: text(), source: text() })),
  rows: list(
    part({
      vulnerability: text(),
      kb: orNull(kb),
      subType: text(),
      product: text(),
      fixedBuild: orNull(text()),
      releaseId: text(),
    }),
  ),
  documents: list(part({ releaseId: text(), revisedAt: instant, hash: text() })),
  alternatives: list(
    part({
      kb: orNull(kb),
      subType: text(),
      fixedBuild: orNull(text()),
      product: text(),
      taken: flag(),
      reason: text(),
      why: text(),
    }),
  ),
  because: list(text(), 'Sentences, in order.'),
  wouldFlip: list(text()),
  flips: list(part({ says: text(), change: orNull(open('FlipChange', 'What was tried.')), to: orNull(text()) })),
});
