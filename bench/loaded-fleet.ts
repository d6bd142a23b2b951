import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { loadStarterCatalogue } from '../src/catalogue/starter-catalogue.ts';
import { readNative } from '../src/inventory/readers/native/read.ts';
import { catalogueEngine } from '../src/operations/catalogue-engine.ts';
import { openApplication } from '../src/operations/open-application.ts';
import { addFunctions } from '../src/store/sqlite/functions.ts';
import { madeUpFleet } from './made-up-fleet.ts';

/** Devices of a fleet of any size that one filter finds: by tag, and by a platform that no other device has. */
export const rareDevices = 100;
export const rareTag = 'Pilot';
export const rarePlatform = 'WindowsServer2012R2';

const at = new Date('2026-06-10T08:00:00Z');

interface Template {
  readonly tenant_id: string;
  readonly number: number;
}

/**
 * Fills a data folder with devices, the same for the same number: one of each patch state reports, and the others are written into the
 * database as the store would write them, save their reports and the notes of what changed. A million takes a minute.
 */
export async function loadFleet(
  dataFolder: string,
  { devices, states }: { readonly devices: number; readonly states: number },
): Promise<void> {
  await reportStates(dataFolder, states);
  const database = new DatabaseSync(join(dataFolder, 'kbgap.sqlite'));
  try {
    addFunctions(database);
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -262144; BEGIN');
    insertOthers(database, devices);
    database.exec('COMMIT; PRAGMA wal_checkpoint(TRUNCATE)');
  } finally {
    database.close();
  }
}

/** The last one is the rare one. */
async function reportStates(dataFolder: string, states: number): Promise<void> {
  const application = openApplication({
    dataFolder,
    now: () => at,
    engine: catalogueEngine(loadStarterCatalogue(), true),
  });
  const tenant = application.getTenant('default');
  const rare = {
    schema: 'kbgap-inventory/1',
    device: { name: 'rare-0', tags: [rareTag] },
    os: {
      name: 'Windows Server 2012 R2 Standard',
      build: '6.3.9600.20919',
      architecture: 'x64',
      installationType: 'Server',
    },
  };
  for (const line of [...madeUpFleet({ devices: states - 1, states: states - 1 }), JSON.stringify(rare)])
    await application.applyReport(tenant, {
      inventory: readNative(JSON.parse(line)),
      raw: Buffer.from(line),
      format: 'native',
      receivedAt: at,
    });
  await application.close();
}

function insertOthers(database: DatabaseSync, devices: number): void {
  const templates = database.prepare('SELECT * FROM device ORDER BY number').all() as unknown as readonly Template[];
  const rare = templates.at(-1);
  if (rare === undefined) throw new RangeError('expected devices that have reported, got none');
  const insert = database.prepare(
    `INSERT INTO device (tenant_id, id, device_group, name, name_key, os_name, os_build, os_platform, display_version, architecture,
       installation_type, tags, ip_addresses, first_seen_at, reported_at, patch_state_id)
     SELECT tenant_id, ?, device_group, ?, ?, os_name, os_build, os_platform, display_version, architecture,
       installation_type, ?, ?, first_seen_at, reported_at, patch_state_id
     FROM device WHERE number = ?`,
  );
  const insertKey = database.prepare('INSERT INTO device_key (tenant_id, key, device_number) VALUES (?, ?, ?)');
  const step = Math.max(1, Math.floor(devices / rareDevices));
  for (let device = templates.length, rares = 1; device < devices; device += 1) {
    const isRare = rares < rareDevices && device >= rares * step;
    if (isRare) rares += 1;
    const template = isRare ? rare : (templates[device % (templates.length - 1)] ?? rare);
    // Ids are hashes in a real fleet; here they come in order, so that the table is made quickly.
    const id = device.toString(16).padStart(8, '0').padEnd(40, '0');
    const name = `pc${String(device).padStart(7, '0')}.corp.example`;
    const tags = [`site:${device % 6}`, ...(isRare ? [rareTag] : [])];
    const address = `10.${(device >> 16) & 255}.${(device >> 8) & 255}.${device & 255}`;
    const lists = [JSON.stringify(tags), JSON.stringify([address])];
    const { lastInsertRowid: number } = insert.run(id, name, name, ...lists, template.number);
    for (const key of [...tags.map((tag) => `t${tag.toLowerCase()}`), `i${address}`])
      insertKey.run(template.tenant_id, key, number);
  }
  database.exec(
    `UPDATE patch_state_count SET devices = (SELECT count(*) FROM device WHERE device.tenant_id = patch_state_count.tenant_id
       AND device.patch_state_id = patch_state_count.patch_state_id AND device.device_group = patch_state_count.device_group)`,
  );
}
