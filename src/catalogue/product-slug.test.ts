import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { productSlug } from './product-slug.ts';

const cases = [
  ['Windows 10 Version 1909 for x64-based Systems', 'microsoft', 'windows_10'],
  ['Windows 10 for 32-bit Systems', 'microsoft', 'windows_10'],
  ['Windows 11 version 21H2 for ARM64-based Systems', 'microsoft', 'windows_11'],
  ['Windows Server 2012 R2 (Server Core installation)', 'microsoft', 'windows_server_2012_r2'],
  ['Windows Server 2022, 23H2 Edition (Server Core installation)', 'microsoft', 'windows_server_23h2'],
  ['Windows Server, version 1909 (Server Core installation)', 'microsoft', 'windows_server_1909'],
  ['Internet Explorer 11 on Windows 10 Version 1909 for x64-based Systems', 'microsoft', 'internet_explorer'],
  ['Microsoft Edge (EdgeHTML-based) on Windows 10 for x64-based Systems', 'microsoft', 'edge'],
  ['Microsoft Edge (Chromium-based)', 'microsoft', 'edge_chromium-based'],
  ['Adobe Flash Player on Windows Server 2019', 'adobe', 'flash_player'],
  ['Microsoft .NET Framework 4.8 on Windows Server 2016', 'microsoft', '.net_framework'],
  ['Microsoft Excel 2016 (64-bit edition)', 'microsoft', 'excel'],
  ['Microsoft Exchange Server 2019 Cumulative Update 12', 'microsoft', 'exchange_server'],
  ['Microsoft SQL Server 2019 for x64-based Systems (GDR)', 'microsoft', 'sql_server'],
] as const;

describe('slug of a published product', () => {
  for (const [name, vendor, slug] of cases) {
    it(`${name} is ${vendor}-_-${slug}`, () => assert.deepEqual(productSlug(name), { vendor, slug }));
  }
});
