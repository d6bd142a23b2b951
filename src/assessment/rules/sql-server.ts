import type { Catalogue } from '../../catalogue/catalogue.ts';
import { parseSqlServerProduct, sqlServerLineOf } from '../../catalogue/sql-server-line.ts';
import type { SqlServerLine } from '../../catalogue/sql-server-line.ts';
import type { SoftwareFinding, SoftwareInput, SoftwareRule } from './rule.ts';
import { judgeVersion, parseVersion } from '../lines/version-line.ts';

/**
 * SQL Server: below its first cumulative update an instance is on the GDR line, else on the CU line; CU rows of different
 * numbers are one line, where a higher build covers. GDR is never offered to a CU instance.
 * Source: the verdict's specification, section 6.
 */
export const sqlServer: SoftwareRule = {
  id: 'sql-server',
  judges: 'software',
  judge(input) {
    if (!isEngine(input)) return undefined;
    const running = parseVersion(input.software.version ?? '');
    const line = running && sqlServerLineOf(running);
    const family = sqlServers(input.catalogue).filter((each) => line === undefined || each.line.year === line.year);
    const products = family
      .filter((each) => line !== undefined && isSame(each.line, line))
      .map(({ product }) => product);
    const shown = products[0] ?? family[0]?.product;
    if (shown === undefined) return undefined;
    const siblings = family.map(({ product }) => product);
    const base: SoftwareFinding = judgeVersion(input, { rule: 'sql-server', product: shown, products, siblings });
    if (base.undetermined?.reason === 'version-unknown' || base.undetermined?.reason === 'unreadable-version')
      return base;
    if (line !== undefined && products.length > 0) return base;
    const detail = `build ${input.software.version ?? ''} belongs to no servicing line of SQL Server that the documents name`;
    return { ...base, undetermined: { reason: 'branch-unknown', detail } };
  },
};

/** The database engine, not its tools, drivers and setup files, whose versions run by other numbers. */
function isEngine({ software: { name } }: SoftwareInput): boolean {
  return /^microsoft sql server\b(?! (?:management|native|compact|data|.*(?:odbc|driver|setup|tools|browser|writer|types|t-sql|policies|language|scriptdom|dac|system clr|vss|objects|reporting|analysis|integration|report builder|database mail|connection|shared|common)))/i.test(
    name.trim(),
  );
}

interface PublishedSqlServer {
  readonly product: number;
  readonly line: SqlServerLine;
}

function sqlServers(catalogue: Catalogue): readonly PublishedSqlServer[] {
  return catalogue.once(sqlServers, () => {
    const found: PublishedSqlServer[] = [];
    for (let product = 0; product < catalogue.productCount; product += 1) {
      const name = catalogue.productName(product);
      const line = / for 32-bit /i.test(name) ? undefined : parseSqlServerProduct(name);
      if (line !== undefined) found.push({ product, line });
    }
    return found;
  });
}

function isSame(a: SqlServerLine, b: SqlServerLine): boolean {
  return a.year === b.year && a.servicePack === b.servicePack && a.line === b.line;
}
