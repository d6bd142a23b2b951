import { productsNamed } from '../lines/products-named.ts';
import { reportedName } from '../lines/reported-name.ts';
import { softwareLine } from '../lines/software-line.ts';
import { judgeLine, readVersion } from '../lines/version-line.ts';
import { endOfMinorLine, minorLines } from './minor-lines.ts';
import { undecided } from './undecided.ts';
import type { ReportedSoftware, SoftwareRule } from './rule.ts';

/**
 * .NET (Core) runtimes: the name carries the version, `Microsoft .NET Runtime - 8.0.1 (x64)`, where the reported version can
 * be the installer's, `64.4.1234`. ASP.NET Core is fixed with the runtime and has rows of its own beside.
 * Source: the verdict's specification, section 6.
 */
export const dotnetRuntime: SoftwareRule = {
  id: 'dotnet-runtime',
  judges: 'software',
  judge(input) {
    const { catalogue, software } = input;
    const runtime = runtimeOf(software);
    if (runtime === undefined) return undefined;
    const rule = 'dotnet-runtime';
    const [major = 0, minor = 0] = runtime.version ?? [];
    const number = `${major}.${minor}`;
    const stem = major < 5 ? '.net core' : '.net';
    const own = runtime.aspnet ? productsNamed(catalogue, `asp.net core ${number}`) : [];
    const products = [...own, ...productsNamed(catalogue, `${stem} ${number}`)];
    const [product] = products;
    if (product === undefined) return undefined;
    const reported = { ...software, version: runtime.version?.join('.') ?? software.version };
    const read = readVersion(reported.version);
    if ('undetermined' in read) return undecided(reported, { rule, product, products, why: read.undetermined });
    const line = softwareLine(catalogue, `${rule} ${products.join(' ')}`, () => ({ products, order: 'one' }));
    const finding = judgeLine({ ...input, software: reported }, { rule, product, line, running: read.version });
    const ended = endOfMinorLine(input, line, {
      lines: [...minorLines(catalogue, '.net core'), ...minorLines(catalogue, '.net')],
      version: [major, minor],
      lifecycle: `${major < 5 ? '.NET Core' : '.NET'} ${number}`,
    });
    return ended === undefined ? finding : { ...finding, undetermined: ended };
  },
};

interface Runtime {
  readonly version: readonly number[] | undefined;
  readonly aspnet: boolean;
}

/** Hosts and runtimes; targeting packs, SDKs and app hosts run nothing. */
function runtimeOf({ name, version }: ReportedSoftware): Runtime | undefined {
  const plain = reportedName(name);
  const match =
    /^(\.net(?: core)?|windows desktop|asp\.net core)(?: (?:runtime|host|host fx resolver|shared framework|\.net core))* ?-? ?(\d{1,3}\.\d{1,3}(?:\.\d{1,4})?)(?: ?-? ?(?:shared framework|runtime|windows server hosting))?$/.exec(
      plain,
    );
  if (match === null) return undefined;
  const named = (match[2] ?? '').split('.').map(Number);
  const reported = readVersion(version);
  const [major, minor] = named;
  // `.NET 8.0` with version 8.0.14: the name has the line alone.
  const whole =
    named.length === 3
      ? named
      : 'version' in reported && reported.version[0] === major && reported.version[1] === minor
        ? reported.version
        : undefined;
  return {
    version: whole ?? (named.length === 2 ? undefined : named),
    aspnet: plain.startsWith('asp.net') || plain.endsWith('hosting'),
  };
}
