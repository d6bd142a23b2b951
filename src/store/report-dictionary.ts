/**
 * What reports have in common, for zstd to refer to: frames are packed with version 1 of it and cannot be read without it, so that its
 * text never changes; a better one is another version beside it, with a mark of its own in `report-bytes.ts`.
 * The fields of a native inventory in the order of `docs/inventory-format.md`, and programs that many Windows devices have.
 */
const programs: readonly (readonly [name: string, vendor: string])[] = [
  ['Microsoft Edge', 'Microsoft Corporation'],
  ['Microsoft Edge WebView2 Runtime', 'Microsoft Corporation'],
  ['Microsoft 365 Apps for enterprise - en-us', 'Microsoft Corporation'],
  ['Microsoft Office Professional Plus 2019 - en-us', 'Microsoft Corporation'],
  ['Microsoft Visual C++ 2015-2022 Redistributable (x64) - 14.40.33810', 'Microsoft Corporation'],
  ['Microsoft Visual C++ 2015-2022 Redistributable (x86) - 14.40.33810', 'Microsoft Corporation'],
  ['Microsoft Visual C++ 2022 X64 Additional Runtime - 14.40.33810', 'Microsoft Corporation'],
  ['Microsoft Visual C++ 2022 X86 Minimum Runtime - 14.40.33810', 'Microsoft Corporation'],
  ['Microsoft Visual C++ 2013 Redistributable (x64) - 12.0.40664', 'Microsoft Corporation'],
  ['Microsoft .NET Runtime - 6.0.36 (x64)', 'Microsoft Corporation'],
  ['Microsoft Windows Desktop Runtime - 8.0.11 (x64)', 'Microsoft Corporation'],
  ['Microsoft ASP.NET Core 8.0.11 - Shared Framework (x64)', 'Microsoft Corporation'],
  ['Microsoft OneDrive', 'Microsoft Corporation'],
  ['Microsoft Teams', 'Microsoft'],
  ['Teams Machine-Wide Installer', 'Microsoft Corporation'],
  ['Microsoft SQL Server 2019 (64-bit)', 'Microsoft Corporation'],
  ['Microsoft ODBC Driver 17 for SQL Server', 'Microsoft Corporation'],
  ['Microsoft Update Health Tools', 'Microsoft Corporation'],
  ['Microsoft Visual Studio Code', 'Microsoft Corporation'],
  ['Microsoft Intune Management Extension', 'Microsoft Corporation'],
  ['Google Chrome', 'Google LLC'],
  ['Mozilla Firefox (x64 en-US)', 'Mozilla'],
  ['Mozilla Maintenance Service', 'Mozilla'],
  ['Adobe Acrobat (64-bit)', 'Adobe'],
  ['7-Zip 24.08 (x64)', 'Igor Pavlov'],
  ['Notepad++ (64-bit x64)', 'Notepad++ Team'],
  ['VLC media player', 'VideoLAN'],
  ['Zoom Workplace (64-bit)', 'Zoom Communications, Inc.'],
  ['Cisco Secure Client - AnyConnect VPN', 'Cisco Systems, Inc.'],
  ['VMware Tools', 'VMware, Inc.'],
  ['Dell Command | Update', 'Dell, Inc.'],
  ['Intel(R) Management Engine Components', 'Intel Corporation'],
  ['Realtek High Definition Audio Driver', 'Realtek Semiconductor Corp.'],
  ['Java 8 Update 431 (64-bit)', 'Oracle Corporation'],
  ['Git', 'The Git Development Community'],
  ['PuTTY release 0.81 (64-bit)', 'Simon Tatham'],
];

const nativeReport = {
  schema: 'kbgap-inventory/1',
  observedAt: '2026-01-01T00:00:00.000Z',
  device: { name: 'DESKTOP-0.corp.example', tags: [''], ipAddresses: ['10.0.0.1', '192.168.0.1', '172.16.0.1'] },
  os: {
    name: 'Microsoft Windows Server 2022 Standard',
    build: '10.0.20348.1',
    displayVersion: '24H2',
    architecture: 'x64',
    installationType: 'Server',
    editionId: 'ServerStandard',
  },
  software: programs.map(([name, vendor]) => ({ name, vendor, version: '1.0.0.0' })),
  osAgain: {
    name: 'Microsoft Windows 11 Enterprise',
    build: '10.0.26100.1',
    architecture: 'x64',
    installationType: 'Client',
    editionId: 'Enterprise',
  },
  updates: [
    { kb: 'KB5000000', installedOn: '2025-01-01', state: 'installed' },
    { kb: 'KB5020000', installedOn: '2026-01-01', state: 'installed' },
  ],
  components: { dotnetFramework: ['4.8.1'] },
  pendingReboot: false,
};

export const reportDictionary: Uint8Array = Buffer.from(JSON.stringify(nativeReport));
