import { isCalendarDate } from '../terms/calendar-date.ts';
import { constants } from 'node:os';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { exitCodes } from './exit-code.ts';
import type { ExitCode } from './exit-code.ts';

/** Options that every command knows. */
export interface CommonOptions {
  readonly data?: string;
  readonly tenant: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

type Run = (args: readonly string[], options: never) => Promise<ExitCode>;

const version = '0.1.0';

// A command's code is loaded when it is called: `assess` must not wait for a web server.
const load = {
  assess: async () => (await import('./commands/assess.ts')).runAssess,
  explain: async () => (await import('./commands/explain.ts')).runExplain,
  catalogImport: async () => (await import('./commands/catalog-import.ts')).runCatalogImport,
  catalogAnomalies: async () => (await import('./commands/catalog-anomalies.ts')).runCatalogAnomalies,
  catalogOpinions: async () => (await import('./commands/catalog-opinions.ts')).runCatalogOpinions,
  catalogRefresh: async () => (await import('./commands/catalog-refresh.ts')).runCatalogRefresh,
  catalogSync: async () => (await import('./commands/catalog-sync.ts')).runCatalogSync,
  quarantine: async () => await import('./commands/catalog-quarantine.ts'),
  catalogHistory: async () => (await import('./commands/catalog-history.ts')).runCatalogHistory,
  catalogDiff: async () => (await import('./commands/catalog-diff.ts')).runCatalogDiff,
  catalogInfo: async () => (await import('./commands/catalog-info.ts')).runCatalogInfo,
  catalogExport: async () => (await import('./commands/catalog-export.ts')).runCatalogExport,
  catalogVerify: async () => (await import('./commands/catalog-verify.ts')).runCatalogVerify,
  catalogKey: async () => await import('./commands/catalog-key.ts'),
  device: async () => await import('./commands/device.ts'),
  deviceImport: async () => (await import('./commands/device-import.ts')).runDeviceImport,
  deviceWatch: async () => (await import('./commands/device-watch.ts')).runDeviceWatch,
  tenant: async () => await import('./commands/tenant.ts'),
  audit: async () => (await import('./commands/audit.ts')).runAuditList,
  group: async () => await import('./commands/group.ts'),
  client: async () => await import('./commands/client.ts'),
  osquery: async () => await import('./commands/osquery.ts'),
  tokenKey: async () => await import('./commands/token-key.ts'),
  backup: async () => await import('./commands/backup.ts'),
  open: async () => (await import('./commands/open.ts')).runOpen,
  token: async () => (await import('./commands/token.ts')).runToken,
  serve: async () => (await import('./commands/serve.ts')).runServe,
  demo: async () => (await import('./commands/demo.ts')).runDemo,
};

let outcome: ExitCode = exitCodes.clean;

/** Ties a command's words to the code that runs it; positional arguments come as one list. */
function runs(command: Command, find: () => Promise<Run>): Command {
  return command.action(async (...given: unknown[]) => {
    const options = command.optsWithGlobals();
    const args = given
      .slice(0, -2)
      .flat()
      .filter((each): each is string => typeof each === 'string');
    outcome = await (await find())(args, options as never);
  });
}

function common(command: Command): Command {
  return command
    .option('--data <dir>', 'data folder (KBGAP_DATA)')
    .option('--tenant <tenant>', 'tenant, by name or GUID', 'default')
    .option('--json', 'print JSON')
    .option('--quiet', 'print results only');
}

/** How reports are to be read where their content does not tell. */
function reading(command: Command): Command {
  return command
    .option('--encoding <name>', 'what 8-bit text is in: cp850, windows-1252, gbk …; told by content unless named')
    .option('--format <id>', 'format of the reports; told by content unless named')
    .option(
      '--map <file>',
      'columns of a table, sheet or list of another tool, as JSON; `guess` reads by columns that look like it',
    );
}

/** Whose a report is that names no device. */
function naming(command: Command): Command {
  return command
    .option('--name <name>', 'device of a report that names none')
    .option('--name-by-file', 'a report that names no device is of the one that its file is called after: pc1_qfe.csv');
}

function asOf(): Option {
  return day('--as-of <date>', 'only updates released on or before this UTC date, YYYY-MM-DD');
}

function seen(): Option {
  return day(
    '--seen <date>',
    'the UTC date on which the documents were first seen, YYYY-MM-DD; today unless told',
    new Date().toISOString().slice(0, 10),
  );
}

/** Of a wrong date commander names the option and what came, then says what was expected. `latest`: the last day that can be. */
function day(flags: string, description: string, latest?: string): Option {
  return new Option(flags, description).argParser((text: string) => {
    if (!isCalendarDate(text)) throw new InvalidArgumentError('Expected a date such as 2026-06-30.');
    if (latest !== undefined && text > latest)
      throw new InvalidArgumentError(`Expected a date up to today, ${latest} (UTC).`);
    return text;
  });
}

function collect(value: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), value];
}

function buildProgram(): Command {
  const program = new Command('kbgap')
    .description('Which security updates (KBs) is a Windows device missing, and why?')
    .version(version)
    .exitOverride()
    .configureHelp({ showGlobalOptions: false })
    .showSuggestionAfterError();
  addAssess(program);
  addCatalog(program);
  addTenants(program);
  addFleet(program);
  addOsquery(program);
  addBackup(program);
  addServer(program);
  return program;
}

function addAssess(program: Command): void {
  const failOn = new Option(
    '--fail-on <class>',
    'what counts for the exit code: missing, kev, critical, undetermined, stale (repeatable)',
  ).argParser(collect);
  const list = new Option('--missing-kbs <list>', 'every missing month, or only what is to be installed')
    .choices(['all', 'latest'])
    .default('all');
  runs(
    reading(common(program.command('assess').description('judge inventories; no server or data folder needed')))
      .argument('<file...>', 'inventories, folders or archives of them; - reads standard input')
      .option('--catalog <file>', 'a compiled catalogue or a bundle instead of the starter one')
      .option('--jsonl', 'one device a line')
      .option('--csv', 'a table for spreadsheets')
      .option('--merge', 'all files describe one device')
      .addOption(asOf())
      .addOption(list)
      .addOption(failOn),
    load.assess,
  );
  runs(
    reading(
      common(program.command('explain').description('why an update or a CVE is missing, remediated or undetermined')),
    )
      .argument('<what...>', 'FILE KB|CVE, or with --device only KB|CVE')
      .option('--device <id>', 'a stored device instead of a file')
      .option('--catalog <file>', 'a compiled catalogue or a bundle instead of the starter one')
      .addOption(asOf()),
    load.explain,
  );
}

function addCatalog(program: Command): void {
  const catalog = program.command('catalog').description('the catalogue of advisories');
  runs(
    common(
      catalog
        .command('import')
        .description(
          'CVRF documents (XML or API JSON) and feeds (KEV, EPSS …), plain, .gz or .zip, files or folders; or a bundle of `catalog export`',
        ),
    )
      .argument('<path...>')
      .addOption(seen())
      .option('--key <file>', "a bundle's public key, known for this import")
      .option('--accept', 'take in what would be quarantined: an older revision, a collapsed one')
      .option('--allow-older', 'take in a bundle or a feed that is older (a feed: or much smaller) than the held one'),
    load.catalogImport,
  );
  runs(
    common(catalog.command('opinions').description("where held answers of MSRC's other interfaces differ")),
    load.catalogOpinions,
  );
  runs(
    common(catalog.command('refresh').description('what MSRC says of single CVEs now, kept beside the catalogue'))
      .argument('<cve...>')
      .option('--at-once', 'ask publishers that wanted to be left alone (Retry-After) until later, too'),
    load.catalogRefresh,
  );
  runs(
    common(
      catalog
        .command('sync')
        .description('new and revised documents from MSRC, or the mirror KBGAP_MSRC_URL names, and feeds that are due'),
    )
      .option('--feeds', 'all feeds, though they were asked for lately, and past a mirror')
      .option('--no-feeds', 'documents only')
      .option('--at-once', 'ask publishers that wanted to be left alone (Retry-After) until later, those of feeds too'),
    load.catalogSync,
  );
  addQuarantine(catalog);
  runs(
    common(catalog.command('history').description('every revision that was seen')).argument('[id]'),
    load.catalogHistory,
  );
  runs(
    common(catalog.command('diff').description('what changed, and for how many devices'))
      .argument(
        '<before>',
        'a hash, ID@DATE, ID (the revision in force), or DATE for all that was known then; DATE may be an instant',
      )
      .argument('<after>'),
    load.catalogDiff,
  );
  runs(common(catalog.command('info').description('what is held and how old it is')), load.catalogInfo);
  runs(
    common(catalog.command('anomalies').description('errors found in the published data')).option(
      '--markdown',
      'a table for each month',
    ),
    load.catalogAnomalies,
  );
  addBundle(catalog);
}

function addBundle(catalog: Command): void {
  runs(
    common(catalog.command('export').description('one signed file with documents, catalogue and feeds'))
      .argument('<file>')
      .option('--catalogue-only', 'the compiled catalogue alone'),
    load.catalogExport,
  );
  runs(
    common(catalog.command('verify').description('a bundle, or without one what the data folder holds'))
      .argument('[file]')
      .option('--key <file>', 'the public key that must have signed it'),
    load.catalogVerify,
  );
  const key = catalog.command('key').description('keys that sign bundles, and keys that are trusted');
  runs(
    common(key.command('create').description('the key that signs; the first export makes one, too')),
    async () => (await load.catalogKey()).runKeyCreate,
  );
  runs(
    common(key.command('show').description('the public key, to hand to importers')),
    async () => (await load.catalogKey()).runKeyShow,
  );
  runs(
    common(key.command('trust').description("take in this key's bundles from now on")).argument('<file>'),
    async () => (await load.catalogKey()).runKeyTrust,
  );
  runs(
    common(key.command('distrust').description('no longer')).argument('<id>'),
    async () => (await load.catalogKey()).runKeyDistrust,
  );
  runs(
    common(key.command('list').description('the own key and the trusted ones')),
    async () => (await load.catalogKey()).runKeyList,
  );
}

function addQuarantine(catalog: Command): void {
  const quarantine = catalog.command('quarantine').description('documents that were not believed');
  runs(
    common(quarantine.command('list').description('which, and why')),
    async () => (await load.quarantine()).runQuarantineList,
  );
  runs(
    common(quarantine.command('accept').description('take one into the catalogue all the same')).argument('<id>'),
    async () => (await load.quarantine()).runQuarantineAccept,
  );
  runs(
    common(quarantine.command('drop').description('discard one for good')).argument('<id>'),
    async () => (await load.quarantine()).runQuarantineDrop,
  );
}

function addTenants(program: Command): void {
  const tenant = program.command('tenant').description('fleets that know nothing of each other');
  runs(
    common(tenant.command('create').description('a new tenant')).argument(
      '<name>',
      '1 to 63 lower-case letters, digits, hyphens',
    ),
    async () => (await load.tenant()).runTenantCreate,
  );
  runs(common(tenant.command('list').description('all tenants')), async () => (await load.tenant()).runTenantList);
  runs(
    common(tenant.command('delete').description('a tenant with its devices, clients and all else that is kept of it'))
      .argument('<tenant>', 'name or GUID')
      .option('--yes', 'do not ask for the name'),
    async () => (await load.tenant()).runTenantDelete,
  );
  addGroups(program);
  const audit = program.command('audit').description('who did what');
  runs(
    common(audit.command('list').description('of a tenant, and what concerns all of them; oldest first')).option(
      '--since <instant>',
      'only from then on: 2026-06-30, or an instant such as 2026-06-30T08:00:00Z',
    ),
    load.audit,
  );
}

function addGroups(program: Command): void {
  const group = program
    .command('group')
    .description('device groups: the first by rank whose conditions fit takes a device');
  const ruled = (command: Command): Command =>
    command
      .option(
        '--tag <pattern>',
        'devices with such a tag; patterns have * and ? (repeatable, as all conditions)',
        collect,
      )
      .option('--name <pattern>', 'devices of such a name', collect)
      .option(
        '--os <pattern>',
        'devices of such a platform, as machines have it: WindowsServer2019, WindowsServer*',
        collect,
      )
      .option('--ip <range>', 'devices with such an address: 10.1.0.0/16, 10.1.0.10-10.1.0.90', collect)
      .option('--rank <n>', '1 is asked first; the last one unless told');
  runs(
    ruled(common(group.command('create').description('a new group; kinds of conditions must all fit, of one kind any')))
      .argument('<name>')
      .option('--id <n>', 'its rbacGroupId; the next free number unless told'),
    async () => (await load.group()).runGroupCreate,
  );
  runs(
    ruled(common(group.command('change').description("other conditions; '' takes those of a kind away"))).argument(
      '<name>',
    ),
    async () => (await load.group()).runGroupChange,
  );
  runs(common(group.command('list').description('by rank')), async () => (await load.group()).runGroupList);
  runs(
    common(group.command('delete').description('its devices go where the others take them')).argument('<name>'),
    async () => (await load.group()).runGroupDelete,
  );
  runs(
    common(group.command('assign').description('put one device into a group, whatever the conditions say'))
      .argument('<device>', 'id or name')
      .argument('[group]', 'its name; UnassignedGroup for none')
      .option('--by-rules', 'let the conditions decide again'),
    async () => (await load.group()).runGroupAssign,
  );
}

function addFleet(program: Command): void {
  const device = program.command('device').description('stored devices');
  runs(
    naming(
      reading(common(device.command('import').description('inventories into the store: files, folders, archives'))),
    ).argument('<path...>', 'files, folders, .zip, .gz, .tar.gz, .zst; - reads standard input'),
    load.deviceImport,
  );
  runs(
    naming(
      reading(
        common(
          device
            .command('watch')
            .description('take in what is dropped into a folder; it is moved to done/ or refused/ there'),
        ),
      ),
    )
      .argument('<folder>')
      .option('--once', 'one pass, then end')
      .option('--settle <seconds>', 'how long a file must stay unchanged before it is read', '5'),
    load.deviceWatch,
  );
  runs(common(device.command('list').description('all devices')), async () => (await load.device()).runDeviceList);
  runs(
    common(device.command('show').description('one device with its verdict')).argument('<id>'),
    async () => (await load.device()).runDeviceShow,
  );
  runs(
    common(device.command('delete').description('forget one device')).argument('<id>'),
    async () => (await load.device()).runDeviceDelete,
  );
  const client = program.command('client').description('credentials for the API');
  runs(
    common(client.command('create').description('a new client; its secret is shown once'))
      .argument('<name>')
      .option('--role <role>', 'repeatable; all …Read.All roles unless told', collect)
      .option('--group <group>', 'repeatable; it sees only devices of these device groups', collect),
    async () => (await load.client()).runClientCreate,
  );
  runs(
    common(client.command('bind').description('let a client see other device groups; its tokens follow'))
      .argument('<id>')
      .option('--group <group>', 'repeatable', collect)
      .option('--all-groups', 'every device'),
    async () => (await load.client()).runClientBind,
  );
  runs(common(client.command('list').description('all clients')), async () => (await load.client()).runClientList);
  runs(
    common(client.command('revoke').description('no more tokens, and those issued are refused')).argument('<id>'),
    async () => (await load.client()).runClientRevoke,
  );
  runs(
    common(program.command('token').description('a bearer token for this data folder, valid an hour')).option(
      '--role <role>',
      'repeatable; all roles unless told',
      collect,
    ),
    load.token,
  );
  runs(
    common(
      program
        .command('open')
        .description('a link that signs in to the page once, for whoever can read the data folder'),
    ).option('--url <url>', 'where the server is reached (KBGAP_PUBLIC_URL)'),
    load.open,
  );
  addTokenKey(program);
}

function addTokenKey(program: Command): void {
  const tokenKey = program.command('token-key').description('keys that sign the tokens of the API');
  runs(
    common(
      tokenKey
        .command('rotate')
        .description('sign new tokens with a new key; those issued stay good until they expire'),
    ).option('--drop-old', 'refuse the tokens that were signed before, at once'),
    async () => (await load.tokenKey()).runTokenKeyRotate,
  );
  runs(
    common(tokenKey.command('list').description('keys by which tokens are good now')),
    async () => (await load.tokenKey()).runTokenKeyList,
  );
}

function addOsquery(program: Command): void {
  const osquery = program.command('osquery').description('hosts that osqueryd reports from');
  const secret = osquery.command('secret').description('secrets by which hosts enrol into a tenant');
  runs(
    common(secret.command('create').description('a new secret, shown once'))
      .argument('<name>')
      .option('--secret-file <file>', 'take the secret that hosts already have'),
    async () => (await load.osquery()).runSecretCreate,
  );
  runs(common(secret.command('list').description('all secrets')), async () => (await load.osquery()).runSecretList);
  runs(
    common(secret.command('revoke').description('no host enrols by it any more'))
      .argument('<id>')
      .option('--with-nodes', 'also refuse the hosts that enrolled by it'),
    async () => (await load.osquery()).runSecretRevoke,
  );
  const node = osquery.command('node').description('enrolled hosts');
  runs(common(node.command('list').description('all nodes')), async () => (await load.osquery()).runNodeList);
  runs(
    common(node.command('revoke').description('refuse its key; with a good secret it enrols again')).argument('<id>'),
    async () => (await load.osquery()).runNodeRevoke,
  );
}

function addServer(program: Command): void {
  runs(
    common(program.command('serve').description('the server'))
      .option('--host <host>', 'address to listen on', '127.0.0.1')
      .option('--port <port>', 'port; 0 takes a free one', '8080')
      .option('--tls-cert <file>', 'certificate in PEM, with its chain (KBGAP_TLS_CERT)')
      .option('--tls-key <file>', 'its key in PEM (KBGAP_TLS_KEY)')
      .option('--public-url <url>', 'base of links (KBGAP_PUBLIC_URL)')
      .option('--throttle <limits>', "fair, or defender for Defender's documented limits as well (KBGAP_THROTTLE)"),
    load.serve,
  );
  runs(
    common(program.command('demo').description('a server with a sample catalogue and fleet')).option(
      '--port <port>',
      'port; 0 takes a free one',
      '8080',
    ),
    load.demo,
  );
}

function addBackup(program: Command): void {
  runs(
    common(
      program.command('backup').description('all of the data folder in one file; a server may go on meanwhile'),
    ).argument('<file>'),
    async () => (await load.backup()).runBackup,
  );
  runs(
    common(program.command('restore').description('a backup into an empty data folder')).argument('<file>'),
    async () => (await load.backup()).runRestore,
  );
}

/** One sentence on stderr for what went wrong; a stack only for what nobody foresaw. */
function tell(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.clean : exitCodes.unusable;
  const known = error instanceof Error && 'code' in error;
  const text = error instanceof Error ? (known ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`kbgap: ${text}\n`);
  return exitCodes.unusable;
}

process.once('SIGINT', () => process.exit(exitCodes.interrupted));
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.errno === -constants.errno.EPIPE || error.code === 'EPIPE') process.exit(outcome); // `kbgap … | head`
  throw error;
});

async function main(): Promise<void> {
  try {
    await buildProgram().parseAsync(process.argv);
  } catch (error) {
    outcome = tell(error);
  }
  process.exitCode = outcome;
  // Nothing waits any more; ended here, Node does not first tidy a memory that is about to go (a tenth of `assess`).
  if (process.stdout.writableLength === 0 && process.stderr.writableLength === 0) process.exit();
}

void main(); // not awaited: a bundle in CommonJS cannot
