import { LRUCache } from 'lru-cache';
import type { DeviceRow, Store } from '../store/store.ts';
import { getDevice } from './get-device.ts';
import { scopeKey } from './scope.ts';
import type { Scope } from './scope.ts';

/**
 * Devices by what they were asked for: scripts ask for one device again and again, under its id and its name. Any write
 * empties it, since a name may have come to another device.
 */
export class DeviceCache {
  readonly #store: Store;
  readonly #devices = new LRUCache<string, DeviceRow>({ max: 10_000 });

  constructor(store: Store) {
    this.#store = store;
    store.onCommit(() => this.clear());
  }

  /** @throws {DeviceNotFoundError} */
  get(scope: Scope, idOrName: string): DeviceRow {
    const key = `${scopeKey(scope)} ${idOrName}`;
    let device = this.#devices.get(key);
    if (device === undefined) {
      device = getDevice(this.#store, scope, idOrName);
      this.#devices.set(key, device);
    }
    return device;
  }

  /** Another process may have written. */
  clear(): void {
    this.#devices.clear();
  }
}
