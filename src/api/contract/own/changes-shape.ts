import { count, coverage, flag, instant, kb, list, orNull, part, shape, text } from './shape.ts';

const beforeAndAfter = { before: count('Devices before.'), after: count('Devices after.') };

/** GET /v1/changes */
export const changesShape = shape('Changes', {
  changes: list(
    part({
      publishedAt: instant,
      catalogue: part({ before: orNull(text('`sha256:…`')), after: text('`sha256:…`') }),
      ruleSet: part({ before: orNull(text()), after: text() }),
      judgedMs: orNull(count('How long the patch states were judged before it came into force, in milliseconds.')),
      documents: part({
        total: count(),
        items: list(
          part({
            id: text('`2026-Jun`'),
            revisedAt: part({ before: orNull(instant), after: orNull(instant) }),
            hash: part({ before: orNull(text('`sha256:…`')), after: orNull(text('`sha256:…`')) }),
          }),
          'That came, went or are of another revision.',
        ),
      }),
      verdicts: orNull(
        part({
          devices: part({
            total: count(),
            changed: count('With another coverage, other missing updates or other open CVEs.'),
          }),
          patchStates: orNull(part({ judged: count(), changed: count() })),
          coverage: list(part({ before: coverage, after: coverage, devices: count() })),
          kbs: part({
            total: count('Updates with another count of devices.'),
            newlyMissing: count('Missed by no device before.'),
            noLongerMissing: count('Missed by no device after.'),
            items: list(part({ kb, ...beforeAndAfter }), 'Those that move most devices first.'),
          }),
          cves: part({
            total: count('CVEs with another count of devices.'),
            newlyOpen: count('Open on no device before.'),
            closed: count('Open on no device after.'),
            items: list(part({ cve: text(), ...beforeAndAfter }), 'Those that move most devices first.'),
          }),
        }),
      ),
    }),
    'Newest first.',
  ),
  cursor: orNull(instant),
  hasMore: flag('Whether older ones follow the cursor.'),
});
