import { setTimeout as delay } from 'node:timers/promises';
import type { OperationContext } from '../context.ts';

/** Devices that are looked at at once; of those that change their group each is written with its share of the counts. */
const devicesAtOnce = 500;

/**
 * Puts every device of a tenant where its groups say, piece by piece, so that others come to write. Whoever changes groups waits
 * for it; a server goes through the devices as well when it hears of the change, since until then it put reports by the old rules.
 */
export class Regrouper {
  readonly #context: OperationContext;
  readonly #running = new Map<string, Promise<void>>();
  readonly #seen = new Map<string, number>();

  constructor(context: OperationContext) {
    this.#context = context;
  }

  /** Resolves when every device stands where the groups known now put it. */
  run(tenantId: string): Promise<void> {
    const before = this.#running.get(tenantId) ?? Promise.resolve();
    const done = before
      .catch(() => undefined)
      .then(() => this.#regroup(tenantId))
      .finally(() => {
        if (this.#running.get(tenantId) === done) this.#running.delete(tenantId);
      });
    this.#running.set(tenantId, done);
    return done;
  }

  /** Goes through the devices of tenants whose groups were changed by others since the last call, or where that was interrupted. */
  follow(): Promise<void> {
    const due = this.#context.store.groups.listRevisions().filter(({ tenantId, revision, groupedRevision }) => {
      const isNew = revision !== (this.#seen.get(tenantId) ?? groupedRevision);
      this.#seen.set(tenantId, revision);
      return isNew;
    });
    const runs = due.map(({ tenantId }) =>
      this.run(tenantId).catch((error: unknown) => {
        // The next call tries again.
        this.#seen.delete(tenantId);
        throw error;
      }),
    );
    return Promise.all(runs).then(() => undefined);
  }

  async #regroup(tenantId: string): Promise<void> {
    const { store, directory } = this.#context;
    const groups = directory.groupsOf(tenantId);
    this.#seen.set(tenantId, groups.revision);
    for (let after: string | undefined = ''; after !== undefined;) {
      const began = performance.now();
      const devices = await store.groups.listDevices(tenantId, after, devicesAtOnce);
      const misplaced = devices.filter(
        (device) => device.deviceGroup !== (device.assignedGroup ?? groups.groupOf(device)),
      );
      const ids = misplaced.map(({ id }) => id);
      if (ids.length > 0) await store.groups.regroup(tenantId, ids, groups.groupOf);
      after = devices.length < devicesAtOnce ? undefined : devices.at(-1)?.id;
      await delay(performance.now() - began);
    }
    await store.groups.endRegrouping(tenantId, groups.revision);
  }
}
