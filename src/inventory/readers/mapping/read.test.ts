import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { workbookBytes } from '../../../../test/support/workbook.ts';
import { formatWindowsBuild } from '../../../terms/windows-build.ts';
import type { Inventory } from '../../inventory.ts';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { readInventory } from '../read-inventory.ts';
import { reportInput, withMapping } from '../report-input.ts';
import { parseMapping } from './parse-mapping.ts';

function read(
  content: string | Uint8Array,
  mapping?: object | 'guess',
  format?: string,
): ReturnType<typeof readInventory> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const asked = typeof mapping === 'object' ? parseMapping('map.json', JSON.stringify(mapping)) : mapping;
  return readInventory(withMapping(reportInput('export', bytes), asked), format);
}

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof InventoryFormatError, String(error));
    return error.message;
  }
  return assert.fail('was read');
}

/** Name, build and KBs of each device, to compare. */
function shown({ device, os, updates, opinions }: Inventory): string {
  const build = os.build === undefined ? '-' : formatWindowsBuild(os.build);
  const list = (kbs: readonly { readonly kb: string }[]): string => kbs.map(({ kb }) => kb).join('+');
  return `${device.name ?? device.sourceId ?? ''} ${build} ${list(updates)}/${list(opinions)}`.trim();
}

const csv = 'Hostname,OS Build,Hotfixes\nPC-1,10.0.19045.3930,"KB5034122, KB5015684"\nPC-2,10.0.22631,\n';

describe('without a mapping a table is not read', () => {
  it('but the mapping that would be guessed is shown, and reads the table when it is saved', () => {
    const message = messageOf(() => read(csv));
    assert.match(message, /expected a mapping of its columns \(--map FILE\), got none; this one would be guessed/);
    const saved = JSON.parse(message.slice(message.indexOf('{'))) as object;
    assert.deepEqual(saved, { name: 'Hostname', build: 'OS Build', kbs: 'Hotfixes' });
    const { format, inventories, notes } = read(csv, saved);
    assert.deepEqual([format, notes], ['mapping', []]);
    assert.deepEqual(inventories.map(shown), ['PC-1 10.0.19045.3930 5015684+5034122/', 'PC-2 10.0.22631 /']);
  });

  it('guess reads it and shows what was guessed', () => {
    const { inventories, notes } = read(csv, 'guess');
    assert.equal(inventories.length, 2);
    assert.match(notes[0] ?? '', /columns guessed: \{ "name": "Hostname", "build": "OS Build", "kbs": "Hotfixes" \}/);
  });

  const strangers: readonly [says: string, text: string][] = [
    ['no names', 'Build,KBs\n10.0.19045.1,KB5034122\n'],
    ['nothing of Windows', 'Hostname,City\nPC-1,Berlin\n'],
    ['KBs in free text', 'Hostname,Message\nPC-1,Installation of KB5034122 failed\nPC-2,KB5034123\n'],
    ['KBs in free text under the heading of updates', 'Hostname,Update\nPC-1,(KB5034122) could not be installed\n'],
    ['numbers that only look like builds', 'Hostname,Asset\nPC-1,10456\nPC-2,10457\n'],
  ];
  for (const [says, text] of strangers)
    it(`with ${says} it is refused, also to be guessed`, () => {
      assert.match(
        messageOf(() => read(text)),
        /none of: .*mapping \(no columns that name devices/,
      );
      assert.match(
        messageOf(() => read(text, 'guess', 'mapping')),
        /columns that name devices .* got columns "/,
      );
    });
});

describe('guessed columns', () => {
  const guesses: readonly [says: string, text: string, devices: readonly string[]][] = [
    [
      'a column with words for states keeps missing updates from passing for installed ones',
      'Computer;Update;Status\nPC-1;KB5034122;Installed\nPC-1;KB5034123;Missing\nPC-2;KB5034122;Not Installed\n',
      ['PC-1 - 5034122/5034123', 'PC-2 - /5034122'],
    ],
    [
      "a column of missing updates is by its heading another tool's verdict",
      'Computer,OS,Missing KBs\nPC-1,Windows 10 Pro,"KB5034122;KB5034123"\n',
      ['PC-1 - /5034122+5034123'],
    ],
    [
      'bare numbers are updates under a heading that says so',
      'Computer,OS,KB Article\nPC-1,Windows 10 Pro,5034122\n',
      ['PC-1 - 5034122/'],
    ],
    [
      'a bare build is one where Windows has it',
      'Device name\tAsset\tBuild\nPC-1\t10456\t19045\n',
      ['PC-1 10.0.19045 /'],
    ],
    [
      'words behind each KB of a list are its own, and so is an entry of another kind',
      'Computer,OS,Hotfixes\nPC-1,Windows 10 Pro,"KB5034122 (Security Update); KB4569751_v2; File 1"\nPC-2,Windows 10 Pro,KB5034122 KB5034123\n',
      ['PC-1 - 4569751+5034122/', 'PC-2 - 5034122+5034123/'],
    ],
    [
      'titles of updates are updates, their text is none',
      'Computer,OS,Update title,Message\nPC-1,Windows 10 Pro,2024-01 Cumulative Update for Windows 10 (KB5034122),"KB5034123 failed, see KB5034124"\n',
      ['PC-1 - 5034122/'],
    ],
    [
      'titles above the heading are passed over',
      'Fleet of Berlin\nof 2024-10-15\n\nName,Site,Version\nPC-1,HQ,10.0.22631.4317\nPC-2,HQ,10.0.22631.4317\n',
      ['PC-1 10.0.22631.4317 /', 'PC-2 10.0.22631.4317 /'],
    ],
    [
      'lists of JSON',
      '[{"host":{"name":"PC-1"},"windows":{"build":"19045.3930"}},{"host":{"name":"PC-2"},"windows":{"build":"19045.3803"}}]',
      ['PC-1 10.0.19045.3930 /', 'PC-2 10.0.19045.3803 /'],
    ],
  ];
  for (const [says, text, devices] of guesses)
    it(says, () => assert.deepEqual(read(text, 'guess').inventories.map(shown), devices));
});

describe('a mapping', () => {
  it('names the columns that it wants and the report does not have', () => {
    const wanted = { name: 'Computer', build: 'OS Build' };
    assert.match(
      messageOf(() => read(csv, wanted, 'mapping')),
      /also "Computer", got columns "Hostname", "OS Build", "Hotfixes"/,
    );
    assert.match(
      messageOf(() => read(csv, wanted)),
      /mapping \(no column "Computer" of the mapping among "Hostname"/,
    );
  });

  it('reads its own table where another format would claim it, and leaves other reports to their formats', () => {
    const quickFixes = 'Node,CSName,HotFixID\nPC-1,PC-1,KB5034122\n';
    assert.equal(read(quickFixes).format, 'wmic-qfe');
    assert.equal(read(quickFixes, { name: 'CSName', kbs: 'HotFixID' }).format, 'mapping');
    const native = '{"schema":"kbgap-inventory/1","device":{"name":"one"},"os":{"build":"10.0.19045.3930"}}';
    assert.equal(read(native, { name: 'CSName', kbs: 'HotFixID' }).format, 'native');
  });

  it('takes columns by number where there is no heading', () => {
    const { inventories } = read('PC-1;19045.3930\nPC-2;19045.3803\n', { name: 1, build: 2, heading: 0 });
    assert.deepEqual(inventories.map(shown), ['PC-1 10.0.19045.3930 /', 'PC-2 10.0.19045.3803 /']);
  });

  it('takes a sheet and its heading as told', () => {
    const bytes = workbookBytes([
      {
        name: 'Overview',
        rows: [
          ['Site', 'Devices'],
          ['Berlin', 1],
        ],
      },
      {
        name: 'Fleet',
        rows: [
          ['A', 'B'],
          ['Rechner', 'Stand'],
          ['PC-1', '10.0.19045.3930'],
        ],
      },
    ]);
    const { inventories } = read(bytes, { name: 'Rechner', build: 'Stand', sheet: 'fleet', heading: 2 });
    assert.deepEqual(inventories.map(shown), ['PC-1 10.0.19045.3930 /']);
    assert.match(
      messageOf(() => read(bytes, { name: 'a', sheet: 'Other' }, 'mapping')),
      /the sheet "Other" with a table, got sheets "Overview", "Fleet"/,
    );
  });

  const cells: readonly [says: string, mapping: object, header: string, row: string, expected: string][] = [
    ['numbers of updates without KB', { kbs: 'K' }, 'K', '5034122 | 5015684', 'PC-1 - 5015684+5034122/'],
    [
      'a separator of its own',
      { kbs: 'K', kbSeparator: ' and ' },
      'K',
      'KB5034122 (2024) and 5015684',
      'PC-1 - 5015684+5034122/',
    ],
    ['two columns of updates', { kbs: ['K', 'L'] }, 'K;L', 'KB5034122;KB5015684', 'PC-1 - 5015684+5034122/'],
    ['a build inside a text', { build: 'B' }, 'B', '22H2 (OS Build 19045.3930)', 'PC-1 10.0.19045.3930 /'],
    ['a build in a name', { build: 'B' }, 'B', 'Windows 10 Pro 10.0.19045.3930 64-bit', 'PC-1 10.0.19045.3930 /'],
    ['a UBR in hex', { build: 'B', ubr: 'U' }, 'B;U', '19045;0xf5a', 'PC-1 10.0.19045.3930 /'],
    ['a fourth part of 0 that means nothing', { build: 'B' }, 'B', '10.0.19045.0', 'PC-1 10.0.19045 /'],
    ['a build that Windows never had, for the verdict to say so', { build: 'B' }, 'B', '12345', 'PC-1 10.0.12345 /'],
    ['a version of something else', { build: 'B' }, 'B', '17.4.1', 'PC-1 - /'],
  ];
  for (const [says, mapping, header, row, expected] of cells)
    it(`reads ${says}`, () => {
      const { inventories } = read(`N;${header}\nPC-1;${row}\n`, { name: 'N', ...mapping }, 'mapping');
      assert.deepEqual(inventories.map(shown), [expected]);
    });

  const days: readonly [text: string, order: string | undefined, day: string | null][] = [
    ['2024-10-15', undefined, '2024-10-15'],
    ['45580', undefined, '2024-10-15'],
    ['15.10.2024', 'dmy', '2024-10-15'],
    ['10/5/2024 11:30 PM', 'mdy', '2024-10-05'],
    ['2024/10/15', 'ymd', '2024-10-15'],
    ['05/10/24', 'dmy', '2024-10-05'],
    ['10/05/2024', undefined, null],
    ['31.2.2024', 'dmy', null],
    ['soon', 'dmy', null],
  ];
  for (const [text, order, day] of days)
    it(`reads the day ${text} in order ${order ?? 'none'} as ${day}`, () => {
      const mapping = { name: 'N', kbs: 'K', installedOn: 'D', ...(order === undefined ? {} : { dateOrder: order }) };
      const { inventories } = read(`N;K;D\nPC-1;KB5034122;${text}\n`, mapping, 'mapping');
      assert.equal(inventories[0]?.updates[0]?.installedOn ?? null, day);
    });

  it('has no day for several updates in one cell, and keeps names with odd characters as data', () => {
    const { inventories } = read('N;K;D\n../__proto__\u0007;KB5034122 KB5015684;2024-10-15\n', {
      name: 'N',
      kbs: 'K',
      installedOn: 'D',
    });
    assert.deepEqual(
      inventories[0]?.updates.map(({ installedOn }) => installedOn),
      [undefined, undefined],
    );
    assert.equal(inventories[0]?.device.name, '../__proto__');
  });

  it('refuses a table whose quotes do not close', () => {
    assert.match(
      messageOf(() => read('N;K\n"PC-1;KB5034122\n', { name: 'N', kbs: 'K' }, 'mapping')),
      /quotes are closed/,
    );
  });
});
