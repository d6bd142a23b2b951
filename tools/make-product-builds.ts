/**
 * Writes src/catalogue/tables/{exchange-builds,sql-server-builds,edge-releases,product-lifecycle}.json: which build of
 * Exchange, SQL Server and Edge came when and by which update, and how long .NET and .NET Framework are serviced. Run:
 * `node tools/make-product-builds.ts [FOLDER]`, where FOLDER holds `dataforgeeks/` (default: the shared data).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

type Row = Readonly<Record<string, string | null>>;

const folder = resolve(process.argv[2] ?? '../shared/data');
const collection = 'altrhombus/DataForGeeks 6846a6a (MIT), collected from Microsoft';

function readRows(name: string): readonly Row[] {
  return (JSON.parse(readFileSync(join(folder, 'dataforgeeks', `${name}.json`), 'utf8')) as { data: readonly Row[] })
    .data;
}

interface Table {
  readonly about: string;
  /** Per letter, where the rows marked with it come from. */
  readonly sources: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly (string | number | null)[])[];
}

function write(name: string, { rows, ...head }: Table): void {
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  writeFileSync(
    `src/catalogue/tables/${name}.json`,
    `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "rows": [\n${lines}\n  ]\n}\n`,
  );
  process.stdout.write(`${name}: ${rows.length} rows\n`);
}

/** `9.00.2047` → `9.0.2047`: as a version is reported and published. */
function plainVersion(text: string): string {
  return text
    .split('.')
    .map((part) => String(Number(part)))
    .join('.');
}

function byVersion(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => text.split('.').map(Number));
  for (let part = 0; part < 4; part += 1) {
    const difference = (left?.[part] ?? 0) - (right?.[part] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function exchangeBuilds(): Table {
  const rows = readRows('exchange-buildnumbers')
    .filter(
      ({ build, release_date: date }) => /^\d+(\.\d+){3}$/.test(build ?? '') && /^\d{4}-\d\d-\d\d$/.test(date ?? ''),
    )
    .map(({ build, product_name: name, release_date: date }) => [build ?? '', name ?? '', date ?? '', 'd'] as const)
    .sort((a, b) => byVersion(a[0], b[0]));
  return {
    about: 'Builds of Exchange Server: cumulative updates (CU) and the security (SU) and other updates (HU) of each.',
    sources: { d: `${collection} Exchange build numbers and release dates` },
    columns: ['build', 'name', 'released on', 'source'],
    rows,
  };
}

function sqlServerBuilds(): Table {
  const rows = readRows('sql-buildnumbers')
    .filter(({ build }) => /^\d+(\.\d+){2,3}$/.test(build ?? ''))
    .map(({ build, update_type: kind, kb_article: kb, release_date: date }) => {
      const number = /^KB(\d{6,7})$/.exec(kb ?? '')?.[1];
      return [
        plainVersion(build ?? ''),
        kind ?? null,
        number === undefined ? null : Number(number),
        date ?? null,
        'd',
      ] as const;
    })
    .sort((a, b) => byVersion(a[0], b[0]));
  return {
    about:
      'Builds of SQL Server and the update that brought each: service packs, CU, GDR, and security updates for either.',
    sources: { d: `${collection} latest updates for SQL Server` },
    columns: ['build', 'kind', 'kb', 'released on', 'source'],
    rows,
  };
}

function edgeReleases(): Table {
  const rows = readRows('other-edge-releases')
    .filter(
      ({ version, release_date: date }) =>
        /^\d+(\.\d+){3}$/.test(version ?? '') && /^\d{4}-\d\d-\d\d$/.test(date ?? ''),
    )
    .map(({ version, release_date: date }) => [version ?? '', date ?? '', 'd'] as const)
    .sort((a, b) => byVersion(a[0], b[0]));
  return {
    about: 'Releases of Microsoft Edge (Chromium), stable channel, from version 100 on.',
    sources: { d: `${collection} Edge release notes, stable channel and archive` },
    columns: ['version', 'released on', 'source'],
    rows,
  };
}

/** As the documents name the product: `.NET 8.0`, `.NET Core 3.1`, `Microsoft .NET Framework 4.8`. */
function dotnetName(product: string, version: string): string {
  if (product === '.NET Framework') return `Microsoft .NET Framework ${version.replace(/ Service Pack \d$/, '')}`;
  const plain = version.replace(/ \(LTS\)$/, '');
  const core = plain.startsWith('Core ');
  const number = plain.replace('Core ', '');
  return `.NET ${core ? 'Core ' : ''}${number.includes('.') ? number : `${number}.0`}`;
}

function productLifecycle(): Table {
  const rows = readRows('other-dotnet-lifecycle')
    .map(
      ({ product, version, release_date: from, end_date: to }) =>
        [dotnetName(product ?? '', version ?? ''), from ?? null, to ?? null, 'd'] as const,
    )
    .sort((a, b) => (a[0] < b[0] ? -1 : 1));
  return {
    about:
      'First and last day on which .NET and .NET Framework are serviced; no last day: as long as the Windows below.',
    sources: { d: `${collection} Lifecycle` },
    columns: ['product', 'first day', 'last day', 'source'],
    rows,
  };
}

write('exchange-builds', exchangeBuilds());
write('sql-server-builds', sqlServerBuilds());
write('edge-releases', edgeReleases());
write('product-lifecycle', productLifecycle());
