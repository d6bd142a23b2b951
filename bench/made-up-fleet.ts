/** Builds of some branches and the span of their levels, with the share of devices on them. */
const branches: readonly {
  readonly build: number;
  readonly from: number;
  readonly to: number;
  readonly name: string;
  readonly type: 'Client' | 'Server';
  readonly share: number;
}[] = [
  { build: 22631, from: 2861, to: 6199, name: 'Microsoft Windows 11 Enterprise', type: 'Client', share: 0.34 },
  { build: 26100, from: 2314, to: 7462, name: 'Microsoft Windows 11 Enterprise', type: 'Client', share: 0.24 },
  { build: 19045, from: 3803, to: 6456, name: 'Microsoft Windows 10 Enterprise', type: 'Client', share: 0.22 },
  { build: 20348, from: 2159, to: 4529, name: 'Microsoft Windows Server 2022 Standard', type: 'Server', share: 0.08 },
  { build: 17763, from: 5206, to: 7919, name: 'Microsoft Windows Server 2019 Standard', type: 'Server', share: 0.07 },
  { build: 14393, from: 6529, to: 8692, name: 'Microsoft Windows Server 2016 Standard', type: 'Server', share: 0.05 },
];

/** What belongs to a state: Microsoft's own, as inventories name it. */
const publishers: readonly (readonly [name: string, major: string])[] = [
  ['Microsoft Edge', '138.0.3351'],
  ['Microsoft 365 Apps for enterprise - en-us', '16.0.18129'],
  ['Microsoft Visual C++ 2022 X64 Minimum Runtime - 14.38.33135', '14.38'],
  ['Microsoft .NET Runtime - 8.0.11 (x64)', '64.44'],
  ['Microsoft OneDrive', '25.070.0413'],
  ['Microsoft Teams', '1.7.00'],
];

/** What changes from device to device and decides nothing. */
const others: readonly (readonly [name: string, vendor: string, version: string])[] = [
  ['Google Chrome', 'Google LLC', '138.0.7204'],
  ['Mozilla Firefox (x64 en-US)', 'Mozilla', '140.0'],
  ['7-Zip 24.09 (x64)', 'Igor Pavlov', '24.09'],
  ['Notepad++ (64-bit x64)', 'Notepad++ Team', '8.7'],
  ['VLC media player', 'VideoLAN', '3.0'],
  ['Zoom Workplace (64-bit)', 'Zoom Communications, Inc.', '6.4'],
  ['Git', 'The Git Development Community', '2.49'],
  ['PuTTY release 0.83 (64-bit)', 'Simon Tatham', '0.83'],
  ['Wireshark 4.4.6 x64', 'The Wireshark developer community', '4.4'],
  ['KeePass Password Safe 2.58', 'Dominik Reichl', '2.58'],
  ['FileZilla 3.69.1', 'Tim Kosse', '3.69'],
  ['Python 3.13.3 (64-bit)', 'Python Software Foundation', '3.13'],
  ['Intel(R) Graphics Driver', 'Intel Corporation', '32.0.101'],
  ['Realtek Audio Driver', 'Realtek Semiconductor Corp.', '6.0.9'],
];

const sites = ['berlin', 'osaka', 'lagos', 'lima', 'oslo', 'pune'];

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

interface FleetOptions {
  readonly devices: number;
  /** Distinct patch states; how often each comes follows Zipf's law. Default: 5,000. */
  readonly states?: number;
  readonly seed?: number;
  /** First device's number: later parts of one fleet are made alone. */
  readonly from?: number;
}

/**
 * A made-up fleet, the same for the same seed: native inventories of 2 to 3 KB, 20 programs and 8 updates each, one JSON line
 * a device. Every line is different; those of one state differ in what decides nothing.
 */
export function* madeUpFleet({ devices, states = 5000, seed = 7, from = 0 }: FleetOptions): Generator<string> {
  const pick = zipf(states);
  for (let device = from; device < from + devices; device += 1) {
    const random = seeded(seed * 1_000_003 + device);
    // The first devices go through all states, so that a fleet larger than their number has every one.
    yield JSON.stringify(report(device, device < states ? device : pick(random()), random));
  }
}

/** Place of a state by a number from 0 to 1: the second comes half as often as the first. */
function zipf(states: number): (random: number) => number {
  const sums = new Float64Array(states);
  let sum = 0;
  for (let state = 0; state < states; state += 1) sums[state] = sum += 1 / (state + 1);
  return (random) => {
    const wanted = random * sum;
    let [low, high] = [0, states - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((sums[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}

function report(device: number, state: number, random: () => number): object {
  const own = seeded(state + 1);
  const share = own();
  let sum = 0;
  const branch = branches.find((each) => (sum += each.share) >= share) ?? branches[0];
  if (branch === undefined) throw new Error('no branch');
  const { build, from, to, name, type } = branch;
  // Most devices stand at the last months; laggards spread over years.
  const ubr = to - Math.floor(own() ** 3 * (to - from));
  const host = `${type === 'Client' ? 'pc' : 'srv'}${String(device).padStart(7, '0')}`;
  return {
    schema: 'kbgap-inventory/1',
    observedAt: new Date(Date.UTC(2026, 5, 10) + Math.floor(random() * 86_400_000)).toISOString(),
    device: {
      name: `${host}.corp.example`,
      tags: [`site:${sites[device % sites.length]}`],
      ipAddresses: [`10.${(device >> 16) & 255}.${(device >> 8) & 255}.${device & 255}`],
    },
    os: {
      name,
      build: `10.0.${build}.${ubr}`,
      architecture: 'x64',
      installationType: type,
      editionId: type === 'Client' ? 'Enterprise' : 'ServerStandard',
    },
    updates: Array.from({ length: 8 }, (_, n) => ({
      kb: `KB${n === 0 ? 5_011_048 : 5_020_000 + Math.floor(own() * 40_000)}`,
      installedOn: `2026-0${1 + (n % 6)}-1${n}`,
      state: 'installed',
    })),
    software: [
      ...publishers.map(([program, major]) => ({
        name: program,
        vendor: 'Microsoft Corporation',
        version: `${major}.${100 + Math.floor(own() * 20)}`,
      })),
      ...others.map(([program, vendor, version]) => ({
        name: program,
        vendor,
        version: `${version}.${Math.floor(random() * 1000)}`,
      })),
    ],
    components: { dotnetFramework: ['4.8.1'] },
    pendingReboot: false,
  };
}
