import Type from 'typebox';
import { count, flag, instant, list, one, orNull, part, shape, text } from './shape.ts';

const check = part({
  checkedAt: instant,
  outcome: one(['ok', 'refused', 'failed']),
  problem: orNull(text()),
  lastSuccessAt: orNull(instant),
});

/** GET /v1/status */
export const statusShape = shape('Status', {
  catalogueId: text('`sha256:…`'),
  newestRelease: orNull(text('`2026-Jun`')),
  currentTo: orNull(instant),
  ageDays: orNull(Type.Number()),
  starter: flag('Whether it is the catalogue that comes with kbgap.'),
  stale: flag('Whether it cannot know all that has been published.'),
  staleReason: orNull(text()),
  quarantined: list(part({ id: text(), kind: text(), reason: text(), quarantinedAt: instant })),
  sync: orNull(
    part({
      startedAt: instant,
      finishedAt: instant,
      outcome: one(['ok', 'incomplete', 'failed']),
      message: orNull(text()),
      notBefore: Type.Optional(orNull(instant)),
      lastSuccessAt: orNull(instant),
    }),
  ),
  feeds: list(
    part({
      feed: text(),
      title: text(),
      state: one(['held', 'absent', 'unreadable']),
      date: orNull(text('As its publisher writes it.')),
      version: orNull(text()),
      records: orNull(count()),
      firstSeenAt: orNull(instant),
      check: orNull(check),
    }),
  ),
  devices: part({
    total: count(),
    assessed: count(),
    partlyAssessed: count(),
    notAssessed: count(),
    stale: count('Without a report for 30 days.'),
  }),
});
