import { count, coverage, device, flag, kb, list, one, orNull, part, shape, text } from './shape.ts';

const refused = {
  refused: list(part({ file: text(), code: text('`unknown-format` …'), message: text() }), 'The first thousand.'),
  refusedTotal: count(),
};

/** POST /v1/import/preview */
export const importPreviewShape = shape('ImportPreview', {
  fileName: text(),
  reports: count('That were read.'),
  hosts: list(
    part({
      file: text('`hosts.zip!/pc1.txt`'),
      format: text('`systeminfo` …'),
      confidence: one(
        ['A', 'B', 'C', 'D'],
        'How much the report can prove: exact build; build and list; list; other verdict.',
      ),
      name: orNull(text()),
      known: flag('Whether a device of that id or name is stored already.'),
      os: orNull(text()),
      build: orNull(text()),
      updates: count('That the report lists.'),
      software: count(),
      coverage,
      missing: count(),
      install: list(kb),
      openCves: count(),
      reasons: list(text(), 'Why something could not be judged.'),
    }),
    'The first thousand.',
  ),
  hostsTotal: count(),
  ...refused,
  notes: list(text(), 'Of single records that were set aside.'),
});

/** POST /v1/import */
export const importOutcomeShape = shape('ImportOutcome', {
  fileName: text(),
  reports: count('That were read.'),
  hosts: list(
    part({
      file: text(),
      format: text(),
      name: orNull(text()),
      deviceId: device,
      coverage,
      install: list(kb),
      missing: count(),
      changed: flag('New, or in another patch state than before.'),
    }),
    'The first thousand.',
  ),
  hostsTotal: count(),
  ...refused,
});
