import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { assess } from '../../src/assessment/assess.ts';
import { loadStarterCatalogue } from '../../src/catalogue/starter-catalogue.ts';
import type { PatchState } from '../../src/inventory/patch-state.ts';
import { parseKbNumber } from '../../src/terms/kb-number.ts';

const catalogue = loadStarterCatalogue();

interface Sketch {
  readonly build: string | null;
  readonly name?: string;
  readonly level?: string;
  readonly kbs?: readonly string[];
  readonly earlier?: readonly string[];
  /** The second newest roll-up, where it is not sure which is installed. */
  readonly from?: string;
  readonly isCut?: boolean;
}

function stateOf({
  build,
  name = 'Microsoft Windows 10 Pro',
  level,
  kbs = [],
  earlier,
  from,
  isCut = false,
}: Sketch): PatchState {
  return {
    os: {
      name,
      build,
      architecture: 'x64',
      installationType: 'Client',
      editionId: null,
      displayVersion: null,
      ...(level === undefined ? {} : { rollupLevel: level }),
      ...(from === undefined ? {} : { rollupLevelFrom: from }),
    },
    installedKbs: kbs.map(parseKbNumber),
    ...(earlier === undefined ? {} : { earlierKbs: earlier.map(parseKbNumber) }),
    updateList: kbs.length === 0 || isCut ? 'none' : 'partial',
    software: [],
    dotnetFramework: [],
    internetExplorer: null,
    pendingReboot: false,
  };
}

/** 5034122 of 2024-Jan is 19045.3930, from the December level .3803 the one update to install: FixedBuild rows of 2024-Jan. */
const cases: readonly (readonly [says: string, sketch: Sketch, install: readonly string[] | 'not-assessed'])[] = [
  ['the level of a roll-up package is a UBR', { build: '10.0.19045', level: '10.0.19041.3930' }, []],
  ['below the month it is missing', { build: '10.0.19045', level: '10.0.19041.3803' }, ['5034122']],
  ['the level of another branch says nothing', { build: '10.0.19045', level: '10.0.17763.9999' }, 'not-assessed'],
  ['a UBR wins over the level', { build: '10.0.19045.3803', level: '10.0.19041.3930' }, ['5034122']],
  ['an update of the list wins over the build', { build: '10.0.19045.3803', kbs: ['5034122'] }, []],
  [
    'but not an update that was listed before the build was seen',
    { build: '10.0.19045.3803', kbs: ['5034122'], earlier: ['5034122'] },
    ['5034122'],
  ],
  ['without a UBR it speaks', { build: '10.0.19045', kbs: ['5034122'], earlier: ['5034122'] }, []],
  ['a package alone tells a branch of one version', { build: null, name: '', level: '10.0.17763.5206' }, ['5034127']],
  [
    'of two roll-ups of which either is installed, one closes the month and one does not',
    { build: '10.0.19045', level: '10.0.19041.3930', from: '10.0.19041.3803' },
    'not-assessed',
  ],
  ['both are below the month', { build: '10.0.19045', level: '10.0.19041.3803', from: '10.0.19041.3693' }, ['5034122']],
  ['both are at or above it', { build: '10.0.19045', level: '10.0.19041.3996', from: '10.0.19041.3930' }, []],
  ['a UBR decides', { build: '10.0.19045.3803', level: '10.0.19041.3930', from: '10.0.19041.3803' }, ['5034122']],
  ['a list that was cut off names the month', { build: '10.0.19045', kbs: ['5034122'], isCut: true }, []],
  [
    'or one before it: the month may be in the rest',
    { build: '10.0.19045', kbs: ['5033372'], isCut: true },
    'not-assessed',
  ],
  ['beside a UBR', { build: '10.0.19045.3803', kbs: ['5033372'], isCut: true }, ['5034122']],
  ['but not which version of a branch of several', { build: null, name: '', level: '10.0.19041.3803' }, 'not-assessed'],
];

describe('what several sources of one device say together', () => {
  for (const [says, sketch, install] of cases) {
    it(says, () => {
      const { coverage, install: found } = assess(stateOf(sketch), catalogue, { asOf: '2024-01-31' });
      if (install === 'not-assessed') assert.equal(coverage, 'not-assessed');
      else assert.deepEqual(found, install);
    });
  }
});
