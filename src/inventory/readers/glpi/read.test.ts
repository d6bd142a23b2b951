import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { InventoryFormatError } from '../inventory-format-error.ts';
import { readInventory } from '../read-inventory.ts';
import { reportInput } from '../report-input.ts';

function read(text: string): ReturnType<typeof readInventory> {
  return readInventory(reportInput('inventory', Buffer.from(text)));
}

const windows = {
  hardware: { name: 'pc' },
  operatingsystem: { name: 'Windows', full_name: 'Microsoft Windows 11 Pro' },
};
const linux = { hardware: { name: 'tux' }, operatingsystem: { name: 'Fedora', full_name: 'Fedora 28' } };

describe('inventories of the GLPI agent and its kin', () => {
  for (const [says, wrapped] of [
    ['a list', [{ deviceid: 'a', content: windows }]],
    [
      'sections as lists of one',
      { CONTENT: { HARDWARE: [{ NAME: 'pc' }], OPERATINGSYSTEM: [windows.operatingsystem] } },
    ],
    ['only the content', { content: windows }],
  ] as const) {
    it(`are read from ${says}`, () => assert.equal(read(JSON.stringify(wrapped)).inventories[0]?.device.name, 'pc'));
  }

  it('several in one XML file are several devices', () => {
    const request = (name: string): string =>
      `<REQUEST><DEVICEID>${name}</DEVICEID><CONTENT><HARDWARE><NAME>${name}</NAME><OSNAME>Windows 10</OSNAME></HARDWARE></CONTENT></REQUEST>`;
    const { inventories } = read(`<INVENTORIES>${request('a')}${request('b')}</INVENTORIES>`);
    assert.deepEqual(
      inventories.map(({ device }) => device.name),
      ['a', 'b'],
    );
  });

  it('of other systems alone are an error that names them', () => {
    assert.throws(
      () => read(JSON.stringify({ deviceid: 'tux', content: linux })),
      (error: unknown) => error instanceof InventoryFormatError && /only others: 1 fedora 28/.test(error.message),
    );
  });

  it('with a document type are refused', () => {
    assert.throws(
      () =>
        read(
          '<!DOCTYPE x [<!ENTITY a "b">]><REQUEST><CONTENT><HARDWARE><NAME>&a;</NAME></HARDWARE></CONTENT></REQUEST>',
        ),
      /document type/,
    );
  });

  it('all addresses that FusionInventory puts into one text are addresses of the device', () => {
    const hardware = { NAME: 'pc', OSNAME: 'Microsoft Windows 10 Pro', IPADDR: '192.0.2.7/2001:db8::7/fe80::1' };
    const [inventory] = read(JSON.stringify({ CONTENT: { HARDWARE: hardware } })).inventories;
    assert.deepEqual(inventory?.device.ipAddresses, ['192.0.2.7', '2001:db8::7']);
  });
});
