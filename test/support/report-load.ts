import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';

/** What a device may say of itself; its build is what is looked for afterwards. */
const builds = [1742, 2033, 2314, 2605, 3194, 3476, 3775].map((ubr) => `10.0.26100.${ubr}`);
const clients = 12;
const devicesOfClient = 120;
/** Of so many requests one brings many reports. */
const bulkEvery = 8;
const reportsOfBulk = 40;

/**
 * Reports of made-up devices, sent by several clients at once while servers come and go, and what must be kept of them: a report that was
 * answered is there; of one whose answer did not come it is not known. Each device belongs to one client, which sends one request at a time.
 */
export class ReportLoad {
  /** Reports that were answered as kept. */
  acknowledged = 0;
  /** Requests that were refused, or had no answer. */
  failed = 0;
  readonly #urls: () => readonly string[];
  readonly #token: () => string;
  /** By name of the device the builds that it may have; one where its last report was answered. */
  readonly #possible = new Map<string, ReadonlySet<string | undefined>>();
  #sent = 0;

  constructor(urls: () => readonly string[], token: () => string) {
    this.#urls = urls;
    this.#token = token;
  }

  /** Sends until so many more were answered; meanwhile the disturbances come one after the other, spread over that. */
  async run(reports: number, disturbances: readonly (() => Promise<void>)[]): Promise<void> {
    const start = this.acknowledged;
    let left = disturbances.length;
    const sending = Array.from({ length: clients }, async (_, client) => {
      while (left > 0 || this.acknowledged - start < reports) await this.#sendOne(client);
    });
    try {
      for (const [at, disturb] of disturbances.entries()) {
        while (this.acknowledged - start < (reports * (at + 1)) / (disturbances.length + 1)) await delay(5);
        await disturb();
        left -= 1;
      }
    } catch (error) {
      [left, reports] = [0, 0];
      throw error;
    } finally {
      await Promise.all(sending);
    }
  }

  /** @throws {assert.AssertionError} where a row is not what must be there. */
  check(rows: readonly { readonly name: string; readonly build: string }[]): void {
    const found = new Map(rows.map(({ name, build }) => [name, build]));
    assert.equal(found.size, rows.length, 'a device is there twice');
    for (const [name, possible] of this.#possible) {
      const build = found.get(name);
      assert.ok(possible.has(build), `${name}: expected ${[...possible].join(' or ')}, got ${build}`);
    }
    for (const name of found.keys()) assert.ok(this.#possible.has(name), `${name} never reported`);
  }

  async #sendOne(client: number): Promise<void> {
    this.#sent += 1;
    const turn = this.#sent;
    const isBulk = turn % bulkEvery === 0;
    const reports = Array.from({ length: isBulk ? reportsOfBulk : 1 }, (_, more) => ({
      name: `pc-${client}-${(turn + more) % devicesOfClient}`,
      build: builds[(turn * 3 + more) % builds.length] ?? '',
    }));
    const urls = this.#urls();
    const url = urls[turn % urls.length];
    const isKept = url !== undefined && (await this.#isKept(`${url}/v1/reports${isBulk ? '/bulk' : ''}`, reports));
    for (const { name, build } of reports)
      this.#possible.set(name, new Set(isKept ? [build] : [...(this.#possible.get(name) ?? [undefined]), build]));
    if (isKept) this.acknowledged += reports.length;
    else {
      this.failed += 1;
      await delay(100);
    }
  }

  async #isKept(url: string, reports: readonly { readonly name: string; readonly build: string }[]): Promise<boolean> {
    try {
      const answer = await fetch(url, {
        method: 'POST',
        headers: { authorization: `Bearer ${this.#token()}` },
        body: reports.map(textOf).join('\n'),
      });
      const body = (await answer.json()) as { readonly accepted?: number };
      return answer.status === 200 && (body.accepted === undefined || body.accepted === reports.length);
    } catch {
      return false;
    }
  }
}

function textOf({ name, build }: { readonly name: string; readonly build: string }): string {
  return JSON.stringify({
    schema: 'kbgap-inventory/1',
    device: { name },
    os: { name: 'Windows 11 Pro', build, architecture: 'x64', installationType: 'Client' },
  });
}

/** By how many devices the kept counts differ from the rows: none. Both databases understand it. */
export const miscounted = `SELECT coalesce(sum(abs(n)), 0) AS devices FROM (
  SELECT tenant_id, device_group, patch_state_id, sum(n) AS n FROM (
    SELECT tenant_id, device_group, patch_state_id, devices AS n FROM patch_state_count
    UNION ALL SELECT tenant_id, device_group, patch_state_id, -1 FROM device) AS counted
  GROUP BY tenant_id, device_group, patch_state_id) AS differences`;

export const devicesAsKept = 'SELECT name, os_build AS build FROM device';
