import { DatabaseSync } from 'node:sqlite';

/** A made-up Windows host as osquery's tables show it. */
export interface FakeWindows {
  hostName: string;
  uuid?: string;
  serial?: string;
  osName: string;
  /** `10.0.26100` */
  version: string;
  ubr: number;
  displayVersion?: string;
  editionId?: string;
  installationType?: string;
  /** `KB5094126` */
  patches: readonly string[];
  programs?: readonly { readonly name: string; readonly version: string; readonly publisher: string }[];
  /** `[package, CurrentState]` */
  packages?: readonly (readonly [name: string, state: number])[];
  history?: readonly { readonly title: string; readonly date: number; readonly result: string }[];
  isRebootPending?: boolean;
  /** Before 5.12.1 `os_version` has no revision, before 5.4.0 there is no `windows_update_history`. */
  osqueryVersion?: string;
}

type Row = Readonly<Record<string, string>>;

const microsoft = 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Microsoft';
const servicing = `${microsoft}\\Windows\\CurrentVersion\\Component Based Servicing`;

/** Compares dotted versions, as osqueryd does with the `version` of a scheduled query. */
export function isAtLeast(version: string, least: string): boolean {
  const [a, b] = [version, least].map((text) => text.split('.').map(Number));
  for (let at = 0; at < 3; at += 1) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0);
    if (difference !== 0) return difference > 0;
  }
  return true;
}

/** The host's tables in a real SQLite, so that what is asked is really run. Values come as texts, as osquery gives them. */
export class WindowsTables {
  readonly #host: FakeWindows;

  constructor(host: FakeWindows) {
    this.#host = host;
  }

  /** @throws {Error} of SQLite, as for a table that this osquery does not have. */
  query(sql: string): readonly Row[] {
    const database = new DatabaseSync(':memory:');
    try {
      this.#fill(database);
      return database
        .prepare(sql)
        .all()
        .map((row) => Object.fromEntries(Object.entries(row).map(([column, value]) => [column, String(value ?? '')])));
    } finally {
      database.close();
    }
  }

  #fill(database: DatabaseSync): void {
    const host = this.#host;
    const { osqueryVersion = '5.22.1' } = host;
    const [major = '', minor = '', build = ''] = host.version.split('.');
    const table = (name: string, rows: readonly Row[], columns: readonly string[]): void => {
      database.exec(`CREATE TABLE ${name} (${columns.map((column) => `"${column}" TEXT`).join(', ')})`);
      const insert = database.prepare(`INSERT INTO ${name} VALUES (${columns.map(() => '?').join(', ')})`);
      for (const row of rows) insert.run(...columns.map((column) => row[column] ?? ''));
    };
    const os = {
      name: host.osName,
      version: host.version,
      major,
      minor,
      patch: '',
      build,
      platform: 'windows',
      platform_like: 'windows',
      codename: host.osName,
      arch: '64-bit',
      install_date: '1700000000',
      revision: String(host.ubr),
    };
    const osColumns = Object.keys(os).filter((column) => column !== 'revision' || isAtLeast(osqueryVersion, '5.12.1'));
    table('os_version', [os], osColumns);
    const system = {
      hostname: `${host.hostName.toLowerCase()}.example.org`,
      computer_name: host.hostName,
      uuid: host.uuid ?? '00000000-0000-0000-0000-000000000000',
      hardware_serial: host.serial ?? '-1',
      cpu_type: 'x86_64',
    };
    table('system_info', [system], Object.keys(system));
    table(
      'patches',
      host.patches.map((id) => ({ csname: host.hostName, hotfix_id: id, installed_on: '6/9/2026' })),
      ['csname', 'hotfix_id', 'caption', 'description', 'fix_comments', 'installed_by', 'install_date', 'installed_on'],
    );
    table('programs', host.programs ?? [], ['name', 'version', 'publisher', 'install_source', 'identifying_number']);
    table('registry', registryOf(host, build), ['key', 'path', 'name', 'type', 'data', 'mtime']);
    const hasHistory = isAtLeast(osqueryVersion, '5.4.0');
    if (hasHistory) {
      table(
        'windows_update_history',
        (host.history ?? []).map(({ title, date, result }) => ({
          title,
          date: String(date),
          operation: 'Installation',
          result_code: result,
          update_id: 'x',
        })),
        ['client_app_id', 'date', 'description', 'hresult', 'operation', 'result_code', 'title', 'update_id'],
      );
    }
    const tables = ['os_version', 'patches', 'programs', 'registry', ...(hasHistory ? ['windows_update_history'] : [])];
    table(
      'osquery_registry',
      tables.map((name) => ({ registry: 'table', name })),
      ['registry', 'name'],
    );
  }
}

function registryOf(host: FakeWindows, build: string): readonly Row[] {
  const current = `${microsoft}\\Windows NT\\CurrentVersion`;
  const value = (key: string, name: string, data: string): Row => ({
    key,
    name,
    path: `${key}\\${name}`,
    type: 'REG_SZ',
    data,
  });
  const subkey = (key: string, name: string): Row => ({ key, name, path: `${key}\\${name}`, type: 'subkey', data: '' });
  return [
    value(current, 'CurrentBuild', build),
    value(current, 'UBR', String(host.ubr)),
    value(current, 'DisplayVersion', host.displayVersion ?? '24H2'),
    value(current, 'EditionID', host.editionId ?? 'Professional'),
    value(current, 'InstallationType', host.installationType ?? 'Client'),
    value(current, 'ProductName', 'Windows 10 Pro'),
    value(`${microsoft}\\NET Framework Setup\\NDP\\v4\\Full`, 'Release', '533509'),
    value(
      `${microsoft}\\Windows Defender`,
      'InstallLocation',
      'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.26040.7-0\\',
    ),
    ...(host.packages ?? []).flatMap(([name, state]) => [
      subkey(`${servicing}\\Packages`, name),
      value(`${servicing}\\Packages\\${name}`, 'CurrentState', String(state)),
      value(`${servicing}\\Packages\\${name}`, 'InstallUser', 'S-1-5-18'),
    ]),
    ...(host.isRebootPending === true ? [subkey(servicing, 'RebootPending')] : []),
  ];
}
