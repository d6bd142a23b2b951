import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inputOf, shownDevices } from '../../../../test/support/shown-inventory.ts';
import { readInventory } from '../read-inventory.ts';

const facts = { ansible_os_family: 'Windows', ansible_distribution_version: '10.0.20348.0', ansible_hostname: 'SRV' };

/** 20348.2762 is KB5044281's build. */
const registered: readonly [says: string, variables: object, build: string][] = [
  ['nothing', {}, '10.0.20348'],
  ['a number that was set from a result', { windows_ubr: 2762 }, '10.0.20348.2762'],
  ['a text that was set so', { os_ubr: '2762' }, '10.0.20348.2762'],
  ['hex of reg query', { ubr: { stdout: '0xaca', rc: 0 } }, '10.0.20348.2762'],
  ['win_powershell with an object', { r: { output: [{ UBR: 2762, CurrentBuild: '20348' }] } }, '10.0.20348.2762'],
  [
    'win_shell asked for the value',
    { r: { cmd: "(Get-ItemProperty 'HKLM:\\…\\CurrentVersion').UBR", stdout: '2762\r\n' } },
    '10.0.20348.2762',
  ],
  ['win_shell that wrote JSON', { r: { cmd: 'x', stdout: '{"UBR":2762,"CurrentBuild":"20348"}' } }, '10.0.20348.2762'],
  [
    'a loop of win_reg_stat',
    {
      r: {
        results: [
          { item: 'CurrentBuild', value: '20348', exists: true },
          { item: 'UBR', value: 2762, raw_value: 2762, exists: true },
        ],
      },
    },
    '10.0.20348.2762',
  ],
  [
    'arguments of win_reg_stat',
    { r: { invocation: { module_args: { name: 'UBR' } }, value: 2762 } },
    '10.0.20348.2762',
  ],
  ['a value that is not there', { ubr: { exists: false, changed: false } }, '10.0.20348'],
  ['two different ones', { ubr_before: 2700, ubr_after: 2762 }, '10.0.20348'],
  ['a newer build than the facts', { r: { UBR: 1742, CurrentBuild: '26100' } }, '10.0.26100.1742'],
  ['a script that is about something else', { r: { cmd: 'hostname', stdout: '2762' } }, '10.0.20348'],
  ['a variable of another host', { hostvars: { other: { windows_ubr: 1 } } }, '10.0.20348'],
];

describe('a UBR in the variables of a host', () => {
  for (const [says, variables, build] of registered)
    it(says, () => assert.deepEqual(shownDevices({ srv: { ...facts, ...variables } }), [`SRV | ${build} | - | - | -`]));
});

describe('the id of a host', () => {
  const sid = 'S-1-5-21-1-2-3';
  const rows: readonly [says: string, own: object, id: string | undefined][] = [
    ['is serial number and SID', { ansible_machine_id: sid, ansible_product_serial: 'VM-17' }, `ansible:VM-17/${sid}`],
    ['is none where only the SID is told', { ansible_machine_id: sid }, undefined],
    [
      'is none on a board without a number',
      { ansible_machine_id: sid, ansible_product_serial: 'Default string' },
      undefined,
    ],
    ['is no name of the inventory', {}, undefined],
  ];
  for (const [says, own, id] of rows)
    it(says, () => {
      const { inventories } = readInventory(inputOf({ localhost: { ...facts, ...own } }));
      assert.deepEqual(
        inventories.map(({ device }) => [device.name, device.sourceId]),
        [['SRV', id]],
      );
    });
});

describe('hosts', () => {
  const shapes: readonly [says: string, content: string | object, file: string, devices: readonly string[]][] = [
    ['a list of results', [{ ansible_facts: facts }], 'x', ['SRV | 10.0.20348 | - | - | -']],
    [
      'wrapped as an answer',
      { value: [{ inventory_hostname: 'a', ansible_facts: { os_family: 'Windows', kernel: '10.0.17763.0' } }] },
      'x',
      ['a | 10.0.17763 | - | - | -'],
    ],
    [
      'one a line',
      `${JSON.stringify({ h1: { ...facts, ansible_hostname: 'A' } })}\n${JSON.stringify({ h2: { ...facts, ansible_hostname: 'B' } })}\n`,
      'x',
      ['A | 10.0.20348 | - | - | -', 'B | 10.0.20348 | - | - | -'],
    ],
    [
      'facts that a task registered in a host of hostvars',
      {
        hostvars: {
          pc9: {
            ansible_connection: 'winrm',
            setup_result: { ansible_facts: { ansible_os_family: 'Windows', ansible_kernel: '10.0.22631.0' } },
          },
        },
      },
      'x',
      ['pc9 | 10.0.22631 | - | - | -'],
    ],
    [
      'the file is named for its host',
      { ansible_facts: { ansible_os_family: 'Windows', ansible_kernel: '10.0.22631.0' } },
      'C:\\facts\\web01.contoso.com',
      ['web01.contoso.com | 10.0.22631 | - | - | -'],
    ],
    [
      'colours around what is printed',
      `\u001b[0;32mpc1 | SUCCESS => ${JSON.stringify({ ansible_facts: facts }, null, 4)}\u001b[0m\n\u001b[0;31mpc2 | UNREACHABLE! => {\n    "unreachable": true\n}\u001b[0m\n`,
      'x',
      ['SRV | 10.0.20348 | - | - | -'],
    ],
    [
      'the variable ansible_facts, whose names have no prefix',
      { os_family: 'Windows', distribution_version: '10.0.20348.0', hostname: 'SRV', architecture2: 'x86_64' },
      'x',
      ['SRV | 10.0.20348 | - | - | -'],
    ],
    [
      'several of them by the names of an inventory',
      { a: { os_family: 'Windows', distribution_version: '10.0.20348.0' }, b: { os_family: 'Debian' } },
      'x',
      ['a | 10.0.20348 | - | - | -'],
    ],
    [
      'debug in a play that shows one host',
      `TASK [debug] ***\nok: [srv] => ${JSON.stringify({ 'hostvars[inventory_hostname]': { ansible_os_family: 'Windows', ansible_kernel: '10.0.17763.0' } }, null, 4)}\nfatal: [pc2]: UNREACHABLE! => {"unreachable": true}\n\nPLAY RECAP ***\nsrv : ok=2\n`,
      'x',
      ['srv | 10.0.17763 | - | - | -'],
    ],
    [
      'debug in a play that shows all hosts',
      `ok: [localhost] => ${JSON.stringify({ hostvars: { a: { ansible_os_family: 'Windows' }, b: { ansible_facts: { os_family: 'Windows', kernel: '10.0.17763.0' } } } })}\n`,
      'x',
      ['a | - | - | - | -', 'b | 10.0.17763 | - | - | -'],
    ],
    [
      'results in YAML',
      "srv | SUCCESS => \n    ansible_facts:\n        ansible_os_family: Windows\n        ansible_distribution_version: 10.0.20348.0\n        ansible_env:\n            X: 'a: b'\n    changed: false\nother | UNREACHABLE! => \n    unreachable: true\n",
      'x',
      ['srv | 10.0.20348 | - | - | -'],
    ],
    [
      'a fact cache in YAML, named for its host',
      'ansible_ip_addresses: &id001\n- 192.0.2.7\nansible_other: *id001\nansible_os_family: Windows\nansible_distribution_version: 10.0.20348.0\n',
      'facts/web01.yml',
      ['web01 | 10.0.20348 | - | - | -'],
    ],
    [
      'hostvars in YAML',
      'a:\n  os_family: Windows\n  distribution_version: 10.0.20348.0\nb:\n  ansible_os_family: Windows\n  ansible_distribution_version: 10.0.17763.0\n',
      'x',
      ['a | 10.0.20348 | - | - | -', 'b | 10.0.17763 | - | - | -'],
    ],
  ];
  for (const [says, content, file, devices] of shapes)
    it(says, () => assert.deepEqual(shownDevices(content, file), devices));

  it('none of Windows is an error, not an empty answer', () => {
    const linux = { db: { ansible_os_family: 'Debian', ansible_hostname: 'db' }, odd: { ansible_host: '192.0.2.1' } };
    assert.throws(() => readInventory(inputOf(linux)), /facts of a Windows host.* got 2 hosts with none of Windows/);
  });

  it('keys such as __proto__ are names like others', () => {
    const text = `{"__proto__": ${JSON.stringify({ ...facts, ansible_hostname: undefined })}}`;
    assert.deepEqual(shownDevices(text), ['__proto__ | 10.0.20348 | - | - | -']);
  });
});
