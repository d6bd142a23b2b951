import type { Store } from '../store/store.ts';
import type { DeviceCache } from './device-cache.ts';
import type { Directory } from './directory.ts';
import type { Exposures } from './exposures.ts';
import type { FeedFolder } from './feed-folder.ts';
import type { Log } from './log.ts';
import type { Quarantine } from './quarantine.ts';
import type { Sessions } from './sessions.ts';
import type { TokenKeys } from './token-keys.ts';

/** What the operations work on; built once by `openApplication`. */
export interface OperationContext {
  readonly store: Store;
  readonly directory: Directory;
  readonly tokenKeys: TokenKeys;
  readonly sessions: Sessions;
  readonly devices: DeviceCache;
  readonly exposures: Exposures;
  readonly feeds: FeedFolder;
  readonly now: () => Date;
  readonly log: Log;
  /** `<data folder>/catalogue`. */
  readonly catalogueFolder: string;
  readonly quarantine: Quarantine;
}
