import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { tryParseWindowsBuild } from '../terms/windows-build.ts';
import { findContradictions } from './contradictions.ts';
import { listInstalled } from './installed-update.ts';
import { emptyInventory } from './inventory.ts';
import type { Inventory } from './inventory.ts';
import { mergeInventories } from './merge-inventories.ts';
import type { Observation } from './observation.ts';
import { derivePatchState } from './patch-state.ts';
import { provenanceOf } from './provenance.ts';

interface Sketch {
  readonly source?: string;
  readonly at?: string;
  readonly build?: string;
  readonly level?: string;
  readonly kbs?: readonly string[];
  /** An answered list. */
  readonly whole?: boolean;
  /** A list that was cut off. */
  readonly cut?: boolean;
  /** The second newest roll-up, of two of which either is installed. */
  readonly from?: string;
  readonly edge?: string;
  readonly dotnet?: readonly string[];
  readonly name?: string;
  readonly type?: Inventory['os']['installationType'];
  /** `22H2`. */
  readonly version?: string;
}

function seen({
  source = 'a',
  at,
  build,
  level,
  kbs = [],
  whole = false,
  cut = false,
  from,
  edge,
  dotnet = [],
  name,
  type,
  version,
}: Sketch): Observation {
  return {
    source,
    at,
    inventory: {
      ...emptyInventory,
      device: { ...emptyInventory.device, name },
      os: {
        ...emptyInventory.os,
        build: build === undefined ? undefined : tryParseWindowsBuild(build),
        rollupLevel: level === undefined ? undefined : tryParseWindowsBuild(level),
        rollupLevelFrom: from === undefined ? undefined : tryParseWindowsBuild(from),
        installationType: type,
        displayVersion: version,
      },
      updates: listInstalled(kbs),
      updatesComplete: whole,
      updatesCut: cut,
      software: edge === undefined ? [] : [{ name: 'Microsoft Edge', vendor: undefined, version: edge }],
      components: { dotnetFramework: dotnet, internetExplorer: undefined },
    },
  };
}

function stateOf(sketches: readonly Sketch[]): ReturnType<typeof derivePatchState> {
  const { inventory, earlierKbs } = mergeInventories(sketches.map(seen));
  return derivePatchState(inventory, earlierKbs);
}

const monday = '2026-06-01T08:00:00.000Z';
const mondayLater = '2026-06-01T08:20:00.000Z';
const tuesday = '2026-06-02T08:00:00.000Z';

const cases: readonly (readonly [
  says: string,
  sketches: readonly Sketch[],
  expected: Partial<Omit<ReturnType<typeof derivePatchState>, 'os'>> & {
    readonly build?: string | null;
    readonly level?: string;
    readonly from?: string;
  },
])[] = [
  [
    'without times the build with a UBR wins',
    [{ build: '10.0.19045' }, { build: '10.0.19045.3930' }],
    { build: '10.0.19045.3930' },
  ],
  [
    'without times the higher exact build wins',
    [{ build: '10.0.19045.3930' }, { build: '10.0.19045.3803' }],
    { build: '10.0.19045.3930' },
  ],
  [
    'the newest exact build wins, also where it is lower',
    [
      { source: 'x', at: monday, build: '10.0.19045.3930' },
      { source: 'y', at: tuesday, build: '10.0.19045.3803' },
    ],
    { build: '10.0.19045.3803' },
  ],
  [
    'a newer build without UBR does not hide the UBR of the same build',
    [
      { source: 'x', at: monday, build: '10.0.19045.3930' },
      { source: 'y', at: tuesday, build: '10.0.19045', kbs: ['KB5034122'] },
    ],
    { build: '10.0.19045.3930', installedKbs: ['5034122'] as never },
  ],
  [
    'after an upgrade the old UBR is no level of the new build, only of its branch',
    [
      { source: 'x', at: monday, build: '10.0.19044.3930' },
      { source: 'y', at: tuesday, build: '10.0.19045' },
    ],
    { build: '10.0.19045', level: '10.0.19044.3930' },
  ],
  [
    'after an upgrade to another branch the old level and version go',
    [
      { source: 'x', at: monday, build: '10.0.19045.3930' },
      { source: 'y', at: monday, build: '10.0.19045', level: '10.0.19041.3930' },
      { source: 'z', at: tuesday, build: '10.0.22631' },
    ],
    { build: '10.0.22631' },
  ],
  [
    'a fourth part of 0 is no UBR',
    [
      { source: 'ansible', at: tuesday, build: '10.0.20348.0' },
      { source: 'registry', at: monday, build: '10.0.20348.2227' },
    ],
    { build: '10.0.20348.2227' },
  ],
  [
    'the roll-up package gives the level of a build without UBR',
    [{ build: '10.0.19045' }, { level: '10.0.19041.3930' }],
    { build: '10.0.19045', level: '10.0.19041.3930' },
  ],
  [
    'a level that is not sure stays so beside a build',
    [{ build: '10.0.19045' }, { level: '10.0.19041.3930', from: '10.0.19041.3803' }],
    { build: '10.0.19045', level: '10.0.19041.3930', from: '10.0.19041.3803' },
  ],
  [
    'an exact build of the branch is the least it can be',
    [
      { source: 'x', at: monday, build: '10.0.19044.3930' },
      { source: 'y', at: tuesday, build: '10.0.19045', level: '10.0.19041.3996', from: '10.0.19041.3803' },
    ],
    { build: '10.0.19045', level: '10.0.19041.3996', from: '10.0.19044.3930' },
  ],
  [
    'a list that was cut off proves nothing of the rest',
    [{ build: '10.0.19045' }, { kbs: ['KB5034122'], cut: true }],
    { installedKbs: ['5034122'] as never, updateList: 'none' },
  ],
  [
    'unless another source lists updates too',
    [{ kbs: ['KB5011048'] }, { kbs: ['KB5034122'], cut: true }],
    { installedKbs: ['5011048', '5034122'] as never, updateList: 'partial' },
  ],
  [
    'updates are united; those from before the build was seen are marked',
    [
      { source: 'list', at: monday, kbs: ['KB5034122'] },
      { source: 'registry', at: tuesday, build: '10.0.19045.3803', kbs: ['KB5011048'] },
    ],
    { installedKbs: ['5011048', '5034122'] as never, earlierKbs: ['5034122'] as never },
  ],
  [
    'sources asked in one go are of one time',
    [
      { source: 'list', at: monday, kbs: ['KB5034122'] },
      { source: 'registry', at: mondayLater, build: '10.0.19045.3803' },
    ],
    { installedKbs: ['5034122'] as never },
  ],
  [
    'an answered "none" beside a list with updates proves nothing',
    [{ build: '10.0.19045', kbs: ['KB5034122'] }, { whole: true }],
    { updateList: 'partial' },
  ],
  [
    'an answered "none" alone makes an empty list whole',
    [{ build: '10.0.19045' }, { whole: true }],
    { updateList: 'complete' },
  ],
  [
    'software is that of the newest observation that names it',
    [
      { source: 'x', at: monday, edge: '118.0.2088.46' },
      { source: 'y', at: tuesday, edge: '120.0.2210.61' },
    ],
    { software: [{ name: 'Microsoft Edge', vendor: null, version: '120.0.2210.61' }] },
  ],
  [
    '.NET Framework is that of the newest observation that names it',
    [
      { source: 'x', at: monday, dotnet: ['4.7.2'] },
      { source: 'y', at: tuesday, dotnet: ['4.8'] },
    ],
    { dotnetFramework: ['4.8'] },
  ],
];

describe('several observations of one device', () => {
  for (const [says, sketches, { build, level, from, ...expected }] of cases) {
    it(`${says}, in any order`, () => {
      const state = stateOf(sketches);
      assert.deepEqual(stateOf(sketches.toReversed()), state);
      if (build !== undefined) assert.equal(state.os.build, build);
      assert.equal(state.os.rollupLevel, level);
      assert.equal(state.os.rollupLevelFrom, from);
      if (!('earlierKbs' in expected)) assert.equal(state.earlierKbs, undefined);
      for (const [key, value] of Object.entries(expected))
        assert.deepEqual(state[key as keyof typeof state], value, key);
    });
  }
});

const versions: readonly (readonly [says: string, later: string | undefined, version: string | undefined])[] = [
  ['stays with its build', '10.0.22631', '23H2'],
  ['stays where nobody says another build', undefined, '23H2'],
  ['goes with an upgrade, also in one branch', '10.0.22621', undefined],
];

describe('the version that an observation names', () => {
  for (const [says, later, version] of versions)
    it(says, () => {
      const earlier = seen({ source: 'x', at: monday, build: '10.0.22631.4317', version: '23H2' });
      const { inventory } = mergeInventories([
        earlier,
        seen({ source: 'y', at: tuesday, ...(later && { build: later }) }),
      ]);
      assert.equal(inventory.os.displayVersion, version);
    });
});

const disputes: readonly (readonly [says: string, sketches: readonly Sketch[], facts: readonly string[]])[] = [
  [
    'sources that agree',
    [
      { source: 'x', build: '10.0.19045.1' },
      { source: 'y', build: '10.0.19045' },
    ],
    [],
  ],
  [
    'two exact builds',
    [
      { source: 'x', build: '10.0.19045.1' },
      { source: 'y', build: '10.0.19045.2' },
    ],
    ['build'],
  ],
  [
    'two base builds',
    [
      { source: 'x', build: '10.0.19045' },
      { source: 'y', build: '10.0.19044.2' },
    ],
    ['build'],
  ],
  [
    'two exact builds and a base of a third',
    [
      { source: 'x', build: '10.0.19045.1' },
      { source: 'y', build: '10.0.19045.2' },
      { source: 'z', build: '10.0.22631' },
    ],
    ['build'],
  ],
  [
    'two names',
    [
      { source: 'x', name: 'PC1' },
      { source: 'y', name: 'pc2' },
    ],
    ['name'],
  ],
  [
    'one name in two cases',
    [
      { source: 'x', name: 'PC1' },
      { source: 'y', name: 'pc1' },
    ],
    [],
  ],
  [
    'client and server',
    [
      { source: 'x', type: 'Client' },
      { source: 'y', type: 'Server' },
    ],
    ['installationType'],
  ],
  [
    'a Core installation that a name calls a server',
    [
      { source: 'x', type: 'Server Core' },
      { source: 'y', type: 'Server' },
    ],
    [],
  ],
  [
    'a package above the build',
    [
      { source: 'x', build: '10.0.19045.1' },
      { source: 'y', level: '10.0.19041.9' },
    ],
    ['level'],
  ],
  [
    'updates from before the build',
    [
      { source: 'x', at: monday, kbs: ['KB5034122'] },
      { source: 'y', at: tuesday, build: '10.0.19045.1' },
    ],
    ['updates'],
  ],
];

describe('contradictions', () => {
  for (const [says, sketches, facts] of disputes) {
    it(`${says}: ${facts.join(', ') || 'none'}`, () => {
      const observations = sketches.map(seen);
      const found = findContradictions(observations, mergeInventories(observations));
      assert.deepEqual(
        found.map(({ fact }) => fact),
        facts,
      );
    });
  }
});

it('a contradiction names all who take part in it, by what they say', () => {
  const observations = [
    seen({ source: 'x', build: '10.0.19045.1' }),
    seen({ source: 'y', build: '10.0.19045.2' }),
    seen({ source: 'z', build: '10.0.22631' }),
    seen({ source: 'w', build: '10.0.19045' }),
  ];
  const [{ said } = { said: [] }] = findContradictions(observations, mergeInventories(observations));
  assert.deepEqual(
    said.map(({ source, value }) => `${source} ${value}`),
    ['x 10.0.19045.1', 'y 10.0.19045.2', 'z 10.0.22631'],
  );
});

describe('provenance', () => {
  it('names the sources of every fact, the newest first, with their class', () => {
    const observations = [
      seen({ source: 'systeminfo', at: monday, build: '10.0.19045', kbs: ['KB5034122'] }),
      seen({ source: 'registry', at: tuesday, build: '10.0.19045.3930' }),
    ];
    const { inventory } = mergeInventories(observations);
    const facts = new Map(provenanceOf(observations, inventory).map(({ fact, ...rest }) => [fact, rest]));
    assert.deepEqual(facts.get('os.build'), {
      value: '10.0.19045.3930',
      sources: [
        { source: 'registry', at: tuesday, class: 'A' },
        { source: 'systeminfo', at: monday, class: 'B' },
      ],
    });
    assert.deepEqual(facts.get('updates.KB5034122')?.sources, [{ source: 'systeminfo', at: monday, class: 'B' }]);
  });
});
