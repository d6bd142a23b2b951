import { loadCorrections } from '../catalogue/corrections.ts';
import type { Application } from '../operations/application.ts';
import { catalogueEngine } from '../operations/catalogue-engine.ts';
import { CatalogueFolder } from '../operations/catalogue-folder.ts';
import { openApplication } from '../operations/open-application.ts';
import type { Tenant } from '../store/store.ts';
import { readConfig } from './config.ts';
import { openSharedStore } from './open-store.ts';
import { dataFolderOf } from './compose.ts';
import type { CommonOptions } from './main.ts';

/** Opens the data folder, does one thing in a tenant, and closes it again. */
export function withApplication<T>(
  options: Pick<CommonOptions, 'data' | 'tenant'>,
  run: (application: Application, tenant: Tenant) => Promise<T>,
): Promise<T> {
  return withDataFolder(options, (application) => run(application, application.getTenant(options.tenant)));
}

/** The same for what concerns no tenant, or all of them. */
export async function withDataFolder<T>(
  options: Pick<CommonOptions, 'data'>,
  run: (application: Application) => Promise<T>,
): Promise<T> {
  const dataFolder = dataFolderOf(options);
  const { catalogue, starter } = new CatalogueFolder(dataFolder, loadCorrections()).loadCurrent();
  const store = await openSharedStore(readConfig(), { keepsTrying: false });
  const application = openApplication({
    ...(store === undefined ? {} : { store }),
    dataFolder,
    now: () => new Date(),
    engine: catalogueEngine(catalogue, starter),
  });
  try {
    return await run(application);
  } finally {
    await application.close();
  }
}
