import { restoreBackup } from '../../operations/backup/restore-backup.ts';
import { writeBackup } from '../../operations/backup/write-backup.ts';
import { dataFolderOf } from '../compose.ts';
import { exitCodes } from '../exit-code.ts';
import type { ExitCode } from '../exit-code.ts';
import type { CommonOptions } from '../main.ts';
import { print } from '../output.ts';

/** `kbgap backup FILE`: all of the data folder in one file, also while a server runs on it. */
export async function runBackup([file = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const outcome = await writeBackup(dataFolderOf(options), file, new Date());
  if (options.json === true) print(JSON.stringify(outcome));
  else print(`${outcome.file}: ${outcome.files} files, ${outcome.sizeBytes} bytes; it holds the keys that sign tokens`);
  return exitCodes.clean;
}

/** `kbgap restore FILE`: into an empty data folder, once everything in the file is proven. */
export async function runRestore([file = '']: readonly string[], options: CommonOptions): Promise<ExitCode> {
  const dataFolder = dataFolderOf(options);
  const { createdAt, files } = await restoreBackup(file, dataFolder);
  if (options.json === true) print(JSON.stringify({ dataFolder, createdAt, files: files.length }));
  else print(`${dataFolder} is as it was at ${createdAt}`);
  return exitCodes.clean;
}
