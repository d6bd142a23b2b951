/** How Defender names a product in `productsNames` and software ids: `windows_10`, `internet_explorer`, vendor `microsoft`. */
export interface ProductSlug {
  readonly vendor: string;
  readonly slug: string;
}

const named: readonly [RegExp, string][] = [
  [/^Windows Server 2022, 23H2 Edition/i, 'windows_server_23h2'],
  [/^Windows Server, version (\w+)/i, 'windows_server_$1'],
  [/^Windows Server (\d{4})( R2)?/i, 'windows_server_$1$2'],
  [/^Windows RT 8\.1/i, 'windows_rt_8.1'],
  [/^Windows (10|11|8\.1|8|7|Vista|XP)(?= (?:for|version)|$)/i, 'windows_$1'],
  [/^Internet Explorer/i, 'internet_explorer'],
  [/^Microsoft Edge \(EdgeHTML-based\)/i, 'edge'],
  [/^Microsoft Edge \(Chromium-based\)/i, 'edge_chromium-based'],
  [/^Microsoft Edge$/i, 'edge_chromium-based'],
  [/^Adobe Flash Player/i, 'flash_player'],
  [/^Microsoft \.NET Framework/i, '.net_framework'],
  [/^Microsoft 365 Apps/i, '365_apps'],
];

/**
 * Slug of a product as MSRC names it. The first ones are known from Defender's own examples, the rest follows their
 * pattern: without "Microsoft", parentheses, architecture, service pack and version, other characters to `_`.
 */
export function productSlug(name: string): ProductSlug {
  const vendor = /^Adobe /i.test(name) ? 'adobe' : 'microsoft';
  for (const [pattern, template] of named) {
    const match = pattern.exec(name);
    if (match !== null)
      return { vendor, slug: toSlug(template.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? '')) };
  }
  return { vendor, slug: toSlug(baseName(name)) };
}

/** The product without what tells its editions and versions apart: `Microsoft Excel 2016 (64-bit edition)` → `Excel`. */
export function baseName(name: string): string {
  const base = withoutVersions(
    name
      .slice(0, longestName)
      .replace(/ (?:(?:when )?installed )?on .*$/i, '')
      .replace(/\((?!chromium-based)[^)]*\)/gi, ' ')
      .replace(/ for (?:x64|x86|32-bit|64-bit|arm64|itanium|arm|mac|android|ios)\b.*$/i, '')
      .replace(/\b(?:service pack|cumulative update|update rollup|version|sp|cu|rev)\s*[\d.]+\b.*$/i, '')
      .replace(/^(?:microsoft|adobe)\s+/i, ''),
  );
  return base === '' ? name : base;
}

/** Names of products are shorter; of what an inventory calls one, no more is looked at. */
const longestName = 200;

/** `Visual Studio 2022 17.12` → `Visual Studio`. */
function withoutVersions(name: string): string {
  const words = name.trim().split(/\s+/);
  while (words.length > 0 && /^v?\d[\w.]*$/i.test(words.at(-1) ?? '')) words.pop();
  return words.join(' ');
}

function toSlug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9.+-]+/g, '_')
    .replace(/^_+|_+$/g, '');
}
