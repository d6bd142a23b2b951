import type { CommonAct } from '../operations/record-act.ts';
import { recordAct } from '../operations/record-act.ts';
import { readConfig } from './config.ts';
import { openSharedStore } from './open-store.ts';
import { dataFolderOf } from './compose.ts';
import type { CommonOptions } from './main.ts';
import { say } from './output.ts';

/** Leaves a line of what a command did to the data folder. It is done by then: a line that cannot be written is told, and no failure. */
export async function record(options: Pick<CommonOptions, 'data'>, act: CommonAct | undefined): Promise<void> {
  if (act === undefined) return;
  try {
    const store = await openSharedStore(readConfig(), { keepsTrying: false });
    await recordAct(dataFolderOf(options), act, { now: new Date(), store });
  } catch (error) {
    say(`not written into the audit trail: ${error instanceof Error ? error.message : String(error)}`);
  }
}
