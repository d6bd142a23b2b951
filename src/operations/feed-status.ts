import { feedSources } from '../sources/sources.ts';
import type { FeedName } from '../sources/source.ts';
import { FeedFileError } from './feed-file-error.ts';
import type { FeedFolder } from './feed-folder.ts';

/** Which state of one feed is held. `absent`: its fields are `null` wherever they are shown. */
export interface FeedStatus {
  readonly feed: FeedName;
  readonly title: string;
  readonly state: 'held' | 'absent' | 'unreadable';
  /** When the publisher dates it: a UTC day or instant. */
  readonly date: string | null;
  readonly version: string | null;
  readonly records: number | null;
  /** UTC instant at which kbgap first saw this content. */
  readonly firstSeenAt: string | null;
}

/** Every feed that kbgap knows, held or not, in a fixed order. */
export function feedStatus(folder: FeedFolder): readonly FeedStatus[] {
  return feedSources.map(({ name, title }) => {
    try {
      const held = folder.find(name);
      if (held === undefined) return nothing(name, title, 'absent');
      const { date, version, count, firstSeenAt } = held;
      return { feed: name, title, state: 'held', date, version, records: count, firstSeenAt };
    } catch (error) {
      if (error instanceof FeedFileError) return nothing(name, title, 'unreadable');
      throw error;
    }
  });
}

function nothing(feed: FeedName, title: string, state: FeedStatus['state']): FeedStatus {
  return { feed, title, state, date: null, version: null, records: null, firstSeenAt: null };
}
