import { LRUCache } from 'lru-cache';
import type { Answer, DeviceRow, Store } from '../store/store.ts';
import { getDevice } from './get-device.ts';
import { scopeKey } from './scope.ts';
import type { Scope } from './scope.ts';

/**
 * Devices by what they were asked for: scripts ask for one device again and again, under its id and its name. Any write
 * empties it, since a name may have come to another device.
 */
export class DeviceCache {
  readonly #store: Store;
  #cleared = 0;
  readonly #devices = new LRUCache<string, DeviceRow>({ max: 10_000 });

  constructor(store: Store) {
    this.#store = store;
    store.onCommit(() => this.clear());
  }

  /** @throws {DeviceNotFoundError} */
  get(scope: Scope, idOrName: string): Answer<DeviceRow> {
    const key = `${scopeKey(scope)} ${idOrName}`;
    return this.#devices.get(key) ?? this.#read(key, scope, idOrName);
  }

  /** Another process may have written. */
  clear(): void {
    this.#cleared += 1;
    this.#devices.clear();
  }

  /** What was read before a write and comes behind it is not kept. */
  async #read(key: string, scope: Scope, idOrName: string): Promise<DeviceRow> {
    const cleared = this.#cleared;
    const device = await getDevice(this.#store, scope, idOrName);
    if (cleared === this.#cleared) this.#devices.set(key, device);
    return device;
  }
}
