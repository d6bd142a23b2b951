import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { en } from '../texts/en.ts';
import { listFinds } from './search-finds.ts';

describe('what a search found', () => {
  it('stands by kind, each leading to its page, kinds without finds left out', () => {
    const groups = listFinds(
      {
        devices: [{ deviceId: 'ab', name: null, os: 'Windows 11 Pro', missing: 1200 }],
        updates: [{ kb: '5034127', name: 'January 2024 Security Updates', devices: 1 }],
        cves: [],
        products: [{ id: 'microsoft-_-edge', name: 'Edge', devices: 2 }],
      },
      en,
    );
    assert.deepEqual(groups, [
      {
        label: 'Devices',
        finds: [{ address: '/devices/ab', name: 'unnamed device', more: 'Windows 11 Pro · 1,200 missing' }],
      },
      {
        label: 'Updates',
        finds: [
          { address: '/updates/5034127', name: 'KB5034127 · January 2024 Security Updates', more: 'on 1 device' },
        ],
      },
      {
        label: 'Products',
        finds: [{ address: '/devices?software=microsoft-_-edge', name: 'Edge', more: 'on 2 devices' }],
      },
    ]);
  });
});
