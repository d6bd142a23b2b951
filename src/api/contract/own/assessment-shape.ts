import Type from 'typebox';
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

const undetermined = part({ product: text(), reason: text('`no-patch-evidence` …'), detail: text('In one sentence.') });

const system = shape('AssessedSystem', {
  productId: orNull(text("MSRC's id.")),
  productName: orNull(text()),
  build: orNull(text('`10.0.26100.1`')),
  architecture: orNull(text()),
  installationType: orNull(text()),
  servicing: orNull(one(['supported', 'esu', 'end-of-servicing'])),
});

const cvss = { baseScore: number(), vector: text() };
const kev = part({ addedOn: day, dueOn: orNull(day), ransomware: flag() });
const epss = { score: number('0 to 1.'), percentile: number('0 to 1.'), date: text() };

const evidence = Type.Object(
  {
    verdict: text(),
    reason: orNull(text()),
    because: list(text(), 'In words.'),
    wouldFlip: list(text(), 'What would change the verdict.'),
  },
  { title: 'Evidence', description: 'Rule, facts, rows and documents that the verdict rests on.' },
);

const missing = shape('MissingUpdate', {
  kb,
  name: text('`June 2026 Security Updates`'),
  kind: text('`lcu`, `security-only` …'),
  releaseId: text('`2026-Jun`'),
  osBuild: orNull(Type.Integer()),
  productsNames: list(text()),
  url: text(),
  cveAddressed: count('CVEs that the update itself fixes on these products.'),
  replacedBy: orNull(kb),
  cves: list(text(), 'Open on this device and fixed by the update.'),
  exploited: orNull(flag("Whether CISA's list has one of them; null without the list.")),
  kev: orNull(part({ cves: list(text()), dueOn: orNull(day), ransomware: flag() })),
  epss: orNull(part({ ...epss, cve: text() })),
  severity: orNull(text("MSRC's worst on the products of this device.")),
  cvss: orNull(part({ ...cvss, cve: text() })),
  msrcExploited: orNull(flag()),
  restartRequired: orNull(one(['yes', 'maybe', 'no'])),
  knownIssues: list(text('Support article.')),
  releaseType: orNull(one(['B', 'preview', 'out-of-band', 'hotpatch'])),
  evidence: orNull(evidence),
});

const lifecycle = part({
  date: orNull(text('Of the feed.')),
  channels: list(part({ channel: text(), end: orNull(day), esuEnd: orNull(day) })),
});

/** GET /v1/devices/{id}/assessment */
export const assessmentShape = shape('DeviceAssessment', {
  deviceId: device,
  reportedAt: instant,
  asOf: orNull(day),
  knownAt: orNull(day),
  source: text(),
  name: orNull(text()),
  os: system,
  coverage,
  undetermined: list(undetermined, 'What could not be judged, and why.'),
  install: list(kb, 'What is to be installed to have all.'),
  missing: list(missing),
  openCves: count(),
  installedRebootNeeded: list(kb),
  lifecycle: orNull(lifecycle),
});

const disagreeing = part({ source: text(), at: orNull(instant), value: text() });

/** GET /v1/devices/{id}/facts */
export const factsShape = shape('DeviceFacts', {
  deviceId: device,
  name: orNull(text()),
  reportedAt: instant,
  sources: list(
    part({
      source: text(),
      format: text(),
      class: orNull(text('A to D: how much the report can prove.')),
      observedAt: orNull(instant),
      receivedAt: instant,
    }),
    'The newest first.',
  ),
  facts: list(
    part({
      fact: text('Path in the native inventory: `os.build`.'),
      value: text(),
      sources: list(part({ source: text(), at: orNull(instant), class: text() })),
    }),
  ),
  contradictions: list(part({ fact: text(), said: list(disagreeing), counts: text('What counts, in words.') })),
  pendingReboot: orNull(flag()),
  opinions: list(
    part({ source: text(), kb, verdict: text(), title: Type.Optional(text()) }),
    "Other tools' verdicts: never part of kbgap's.",
  ),
});

/** GET /v1/cves/{id} */
export const cveShape = shape('CveFacts', {
  id: text('`CVE-2020-0645`, `ADV…`'),
  documents: list(part({ releaseId: text(), revisedAt: instant })),
  exploited: orNull(flag("Whether CISA's list has it; null without the list.")),
  kev: orNull(kev),
  epss: orNull(part(epss)),
  severity: orNull(text()),
  cvss: orNull(part(cvss)),
  msrcExploited: flag(),
  families: list(
    part({ family: orNull(text()), severity: orNull(text()), cvss: orNull(part(cvss)), products: count() }),
  ),
  fixes: list(
    part({
      kb: orNull(kb),
      description: text(),
      subType: text(),
      fixedBuild: text(),
      url: text(),
      restartRequired: orNull(one(['yes', 'maybe', 'no'])),
      releaseType: orNull(one(['B', 'preview', 'out-of-band', 'hotpatch'])),
      knownIssues: list(text()),
      products: list(part({ productId: text(), name: text() })),
    }),
  ),
  secondOpinions: list(
    Type.Object({ source: text(), date: text() }),
    "What MSRC's other interfaces said, and where the catalogue says otherwise.",
  ),
  devices: part({
    affected: count(),
    fixed: count('It concerns a judged product of theirs, and is not open there.'),
    undetermined: count(),
  }),
  rows: list(
    part({
      releaseId: text(),
      product: text(),
      productId: text(),
      kb: orNull(kb),
      description: text(),
      subType: text(),
      fixedBuild: text(),
      url: text(),
      supersedes: list(kb),
    }),
    'As published, the first 1000.',
  ),
  rowsTotal: count(),
});
