import { prepareNetwork } from '../sources/http/prepare-network.ts';
import { FeedFolder } from './feed-folder.ts';
import type { FeedOrder } from './feeds-in-thread.ts';
import { answerFromThread } from './run-in-thread.ts';
import { syncFeeds } from './sync-feeds.ts';

// Feeds on a thread of their own: 300,000 scores take a second, in which a server has to answer and a sync to go on.
await answerFromThread(({ dataFolder, addresses, http }: FeedOrder, signal) => {
  prepareNetwork();
  return syncFeeds(new FeedFolder(dataFolder), addresses, { http: { ...http, signal }, now: () => new Date() });
});
