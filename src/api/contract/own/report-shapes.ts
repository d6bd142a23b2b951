import Type from 'typebox';
import type { TSchema } from 'typebox';
import { updateStates } from '../../../inventory/installed-update.ts';
import { verdictSources } from '../../../inventory/other-verdict.ts';
import { count, coverage, device, flag, kb, list, one, part, shape, text } from './shape.ts';

const { Optional, Object: open, Union } = Type;
const kbWritten = Type.Union([Type.String({ description: '`KB5034127` or `5034127`' }), Type.Integer()]);

/**
 * kbgap's own inventory. Keys that are not here are ignored, and what is not known is left out or `null`; a bad entry of a list
 * costs that entry. The reader decides, not this schema.
 */
export const nativeInventory = open(
  {
    schema: Optional(Type.Literal('kbgap-inventory/1')),
    observedAt: Optional(nullable(Type.String({ description: 'ISO 8601; without it the time of the request.' }))),
    device: Optional(
      open(
        {
          id: Optional(nullable(Type.String({ pattern: '^\\s*[0-9a-fA-F]{40}\\s*$', description: '40 hex digits.' }))),
          name: Optional(nullable(Type.String({ description: 'At most 255 characters.' }))),
          sourceId: Optional(nullable(text("The reporting system's own id."))),
          tags: Optional(nullable(list(text()))),
          ipAddresses: Optional(nullable(list(text()))),
        },
        { description: 'Id or name is needed.' },
      ),
    ),
    os: open(
      {
        name: Optional(nullable(text('`Windows 11 Pro`'))),
        build: Optional(nullable(text('`10.0.26100.8000`; without the last part the level is not known.'))),
        rollupLevel: Optional(nullable(text('Version or name of the newest roll-up package.'))),
        rollupLevelFrom: Optional(
          nullable(text('The second newest roll-up package, where it is not known which of the two is installed.')),
        ),
        displayVersion: Optional(nullable(text('`24H2`'))),
        architecture: Optional(nullable(text('`x64`, `x86`, `arm64`'))),
        installationType: Optional(nullable(text('`Client`, `Server`, `Server Core` …'))),
        editionId: Optional(nullable(text('`Enterprise`, `ServerStandard` …'))),
      },
      { description: 'Build or name is needed.' },
    ),
    updates: Optional(
      nullable(
        list(
          Union([
            kbWritten,
            open({
              kb: kbWritten,
              state: Optional(nullable(one(updateStates, 'Default: installed.'))),
              installedOn: Optional(nullable(text('`2026-01-31`'))),
            }),
          ]),
        ),
      ),
    ),
    updatesComplete: Optional(nullable(flag('Whether an update that is not in the list is not installed.'))),
    updatesCut: Optional(nullable(flag('Whether more updates are installed than the list names.'))),
    software: Optional(
      nullable(list(open({ name: text(), vendor: Optional(nullable(text())), version: Optional(nullable(text())) }))),
    ),
    components: Optional(
      nullable(
        open({
          dotnetFramework: Optional(nullable(list(text('`4.8.1`')))),
          internetExplorer: Optional(nullable(text('`11`'))),
        }),
      ),
    ),
    pendingReboot: Optional(nullable(flag())),
    opinions: Optional(
      nullable(
        list(
          open({
            source: one(verdictSources),
            kb: kbWritten,
            verdict: one(['missing', 'installed', 'failed', 'not-applicable']),
            title: Optional(nullable(text())),
          }),
          "Other tools' verdicts: shown, never part of kbgap's.",
        ),
      ),
    ),
  },
  { title: 'Inventory', description: 'kbgap-inventory/1' },
);

function nullable<T extends TSchema>(schema: T) {
  return Type.Union([schema, Type.Null()]);
}

/** POST /v1/reports */
export const reportOutcome = shape('ReportOutcome', {
  deviceId: device,
  coverage,
  install: list(kb, 'What is to be installed to have all.'),
  missing: count('Missing updates.'),
  changed: flag("Whether the report changed the device's state."),
});

/** POST /v1/reports/bulk */
export const bulkOutcome = shape('BulkOutcome', {
  accepted: count(),
  rejected: list(part({ line: count('From 1.'), code: text(), message: text() }), 'The first 10,000.'),
  rejectedCount: Optional(count('Where the list is cut.')),
});

const openCve = part({ cveID: text(), windowsKBFixedIns: Optional(list(text('`KB4540673`'))) });

/** POST /vuls: Vuls' `ScanResult`, what is known here. */
export const vulsResults = list(
  shape('VulsScanResult', {
    jsonVersion: Type.Literal(4),
    serverName: text(),
    family: Type.Literal('windows'),
    release: text(),
    scannedAt: text(),
    reportedAt: text(),
    reportedBy: Type.Literal('kbgap'),
    errors: list(text()),
    warnings: list(text(), 'What was not judged, and why.'),
    scannedCves: Type.Record(Type.String(), openCve),
    runningKernel: part({ release: text(), version: text(), rebootRequired: flag() }),
    packages: Type.Object({}),
    windowsKB: part({ applied: list(text()), unapplied: list(text()) }),
    Optional: part({ kbgap: reportOutcome }),
  }),
);
