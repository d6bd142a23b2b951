import Type from 'typebox';
import { count, day, flag, instant, list, one, orNull, part, shape, text } from './shape.ts';
import { statusShape } from './status-shape.ts';

const { sync, feeds } = statusShape.properties;

const size = part({ vulnerabilities: count(), kbRows: count() });

const quarantined = part({
  id: text(),
  kind: text(),
  reason: text(),
  hash: text(),
  revisedAt: orNull(instant),
  quarantinedAt: instant,
  size: orNull(Type.Object({}, { description: 'What it holds; `null` where it could not be read.' })),
  held: orNull(Type.Object({}, { description: 'The revision that stays in force.' })),
});

/** The catalogue in short. */
export const catalogueBriefProperties = {
  id: text('`sha256:…`'),
  newestRelease: orNull(text('`2026-Jun`')),
  currentTo: orNull(instant),
  ageDays: orNull(Type.Number()),
  starter: flag('Whether it is the catalogue that comes with kbgap.'),
  stale: flag('Whether it cannot know all that has been published.'),
  staleReason: orNull(text()),
  quarantined: count(),
  absentFeeds: list(part({ feed: text(), title: text() })),
  warnings: list(
    part({ kind: one(['stale', 'sync', 'quarantine', 'feed']), message: text() }),
    'What an operator should look at.',
  ),
};

/** GET /v1/catalogue */
export const catalogueShape = shape('CatalogueView', {
  ...catalogueBriefProperties,
  kbs: count(),
  cves: count(),
  products: count(),
  sync,
  feeds,
  documents: list(
    part({
      id: text(),
      title: text(),
      initialReleaseAt: instant,
      revisedAt: instant,
      hash: text(),
      vulnerabilities: count(),
      kbRows: count(),
    }),
    'Newest release first.',
  ),
  quarantine: list(quarantined),
});

/** GET /v1/catalogue/revisions */
export const revisionsShape = shape('CatalogueRevisions', {
  revisions: list(
    part({
      id: text(),
      hash: text(),
      revisedAt: instant,
      seenOn: day,
      seenAt: orNull(instant),
      vulnerabilities: orNull(size.properties.vulnerabilities),
      kbRows: orNull(size.properties.kbRows),
      inForce: flag('Whether the catalogue in use is made from it.'),
    }),
  ),
});

/** GET /v1/catalogue/anomalies */
export const anomaliesShape = shape('CatalogueAnomalies', {
  total: count(),
  skip: count(),
  items: list(
    part({
      kind: text(),
      releaseId: text(),
      kb: orNull(text()),
      detail: text('What is published, and what speaks against it.'),
      products: list(text()),
    }),
    'Newest month first.',
  ),
});

/** POST /v1/catalogue/quarantine/{id}/accept and /drop */
export const decisionShape = shape('QuarantineDecision', {
  id: text(),
  hash: text(),
  catalogueId: orNull(text('Of the catalogue that was made with it; `null` where it changed nothing.')),
});
