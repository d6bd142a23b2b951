import type { DeviceChange, DeviceSnapshot, SnapshotDevice } from '../../store/device-snapshot.ts';
import { sees } from '../scope.ts';
import type { Scope } from '../scope.ts';
import type { AssetView } from './asset-view.ts';

/** A device of a scope as it was at some time and as it is; `null`: it was or is not there, or was or is not seen. */
export interface AssetChange {
  readonly deviceId: string;
  /** Devices that are gone come last where all are gone through. */
  readonly isLast: boolean;
  readonly before: SnapshotDevice | null;
  readonly now: SnapshotDevice | null;
  /** What the device or the catalogue changed last; ISO 8601 in UTC. */
  readonly at: string;
}

/** What became different since a time, from one moment. Close it. */
export interface AssetChanges {
  /** By the catalogue of that time, and by the one in use: the same where it did not change. */
  readonly formerView: AssetView;
  readonly view: AssetView;
  /** Devices that may differ: all where the catalogue changed. */
  readonly devices: AsyncIterable<readonly AssetChange[]>;
  close(): void;
}

/** The catalogue, or the changes of devices, of that time are not kept: ask for all. */
export class ChangesTooOldError extends Error {
  override readonly name = 'ChangesTooOldError';
  readonly code = 'changes-too-old';
}

/** Which views to compare, and since when; `inForceSince`: ISO 8601 in UTC. */
export interface Comparison {
  readonly since: Date;
  readonly formerView: AssetView;
  readonly view: AssetView;
  readonly inForceSince: string | null;
}

/** Takes the snapshot over. @throws {ChangesTooOldError} */
export function assetChanges(snapshot: DeviceSnapshot, scope: Scope, comparison: Comparison): AssetChanges {
  const { since, formerView, view, inForceSince } = comparison;
  const isOtherCatalogue = formerView !== view;
  // A time behind the newest change is one at which everything was as it is.
  const mark = Math.min(since.getTime() * 1000, snapshot.mark);
  const changes = snapshot.listChanges(mark, isOtherCatalogue);
  if (changes === undefined) {
    snapshot.close();
    throw new ChangesTooOldError('sinceTime: what devices were at that time is not kept any more; ask for all');
  }
  const catalogueAt = isOtherCatalogue ? (inForceSince ?? since.toISOString()) : '';
  return {
    formerView,
    view,
    devices: seenChanges(changes, scope, { isOtherCatalogue, catalogueAt }),
    close: () => snapshot.close(),
  };
}

async function* seenChanges(
  pages: AsyncIterable<readonly DeviceChange[]>,
  scope: Scope,
  { isOtherCatalogue, catalogueAt }: { readonly isOtherCatalogue: boolean; readonly catalogueAt: string },
): AsyncGenerator<readonly AssetChange[]> {
  const seen = (device: SnapshotDevice | null): SnapshotDevice | null =>
    device !== null && sees(scope, device.deviceGroup) ? device : null;
  for await (const page of pages) {
    const changes = page.map(({ id, before, now, changedAt }): AssetChange => {
      const ownAt = changedAt === null ? '' : new Date(Math.floor(changedAt / 1000)).toISOString();
      return {
        deviceId: id,
        isLast: isOtherCatalogue && now === null,
        before: seen(before),
        now: seen(now),
        at: ownAt > catalogueAt ? ownAt : catalogueAt,
      };
    });
    yield changes.filter(({ before, now }) => before !== null || now !== null);
  }
}
