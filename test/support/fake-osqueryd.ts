import { Agent, request } from 'node:https';
import { gzipSync } from 'node:zlib';
import { WindowsTables, isAtLeast } from './windows-tables.ts';
import type { FakeWindows } from './windows-tables.ts';

export interface FakeOsquerydOptions {
  /** `https://127.0.0.1:8443` */
  readonly url: string;
  /** `--tls_server_certs` */
  readonly authority: string;
  readonly secret: string;
  readonly host: FakeWindows;
  /** `--host_identifier` */
  readonly identifier: string;
  /** Where the five endpoints are. */
  readonly base?: string;
  /** `--logger_tls_compress` */
  readonly compress?: boolean;
  /** Since 2026 the key is in a header, too; `only` leaves it out of the body. */
  readonly keyHeader?: 'also' | 'only';
  /** `--tls_secret_always` */
  readonly secretAlways?: boolean;
  readonly platformType?: string;
  readonly now: () => Date;
}

interface ScheduledQuery {
  readonly query: string;
  readonly interval: number;
  readonly platform?: string;
  readonly version?: string;
}

type Answer = Readonly<Record<string, unknown>>;

/**
 * osqueryd's TLS client, as its code behaves (`remote/utility.h`, `tls_enroll.cpp`, `buffered.cpp`): the status is ignored, an
 * empty body is success, `error` and what is no JSON are failures, `node_invalid` drops the key, and the next need of one enrols
 * again. Waits are noted instead of waited for.
 */
export class FakeOsqueryd {
  readonly options: FakeOsquerydOptions;
  readonly tables: WindowsTables;
  nodeKey = '';
  /** Lines that were not taken yet. */
  buffer: Answer[] = [];
  /** Seconds that the real client would have waited. */
  readonly waits: number[] = [];
  /** Every body that came back, as text. */
  readonly replies: string[] = [];
  lost = 0;
  schedule: Readonly<Record<string, ScheduledQuery>> = {};
  #maxLines = 1024;
  #counter = 0;
  readonly #agent: Agent;

  constructor(options: FakeOsquerydOptions) {
    this.options = options;
    this.tables = new WindowsTables(options.host);
    this.#agent = new Agent({ ca: options.authority, keepAlive: true });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Enrols and takes its configuration; a real one exits where that fails. */
  async start(): Promise<boolean> {
    const config = await this.#retry('/config', {});
    if (config === undefined) return false;
    this.schedule = config['schedule'] as typeof this.schedule;
    const options = config['options'] as Answer | undefined;
    this.#maxLines = Number(options?.['logger_tls_max_lines'] ?? this.#maxLines);
    return true;
  }

  /** Runs every query of the schedule once; results wait in the buffer. */
  runSchedule(): void {
    const { osqueryVersion = '5.22.1' } = this.options.host;
    const now = this.options.now();
    for (const [name, { query, platform = 'windows', version = '0' }] of Object.entries(this.schedule)) {
      if (platform !== 'windows' || !isAtLeast(osqueryVersion, version)) continue;
      this.buffer.push({
        snapshot: this.tables.query(query),
        action: 'snapshot',
        name,
        hostIdentifier: this.options.identifier,
        calendarTime: now.toUTCString(),
        unixTime: Math.floor(now.getTime() / 1000),
        epoch: 0,
        counter: this.#counter,
        numerics: false,
      });
    }
    this.#counter += 1;
  }

  /** Sends what is in the buffer, and keeps what was not taken. */
  async flush(): Promise<boolean> {
    while (this.buffer.length > 0) {
      const lines = this.buffer.slice(0, this.#maxLines);
      const answer = await this.#call('/log', { log_type: 'result', data: lines }, this.options.compress === true);
      if (answer === undefined) return false;
      this.buffer = this.buffer.slice(lines.length);
    }
    return true;
  }

  /** Asks for questions, runs them, and sends the answers. The names that were asked. */
  async askAndAnswer(): Promise<readonly string[] | undefined> {
    const asked = await this.#retry('/distributed/read', {});
    if (asked === undefined) return undefined;
    const questions = Object.entries((asked['queries'] ?? {}) as Readonly<Record<string, string>>);
    const discovery = (asked['discovery'] ?? {}) as Readonly<Record<string, string>>;
    const queries: Record<string, unknown> = {};
    const statuses: Record<string, number> = {};
    for (const [id, sql] of questions) {
      const find = discovery[id];
      if (find !== undefined && this.tables.query(find).length === 0) continue;
      try {
        queries[id] = this.tables.query(sql);
        statuses[id] = 0;
      } catch {
        queries[id] = [];
        statuses[id] = 1;
      }
    }
    if (questions.length > 0) await this.#retry('/distributed/write', { queries, statuses, messages: {} });
    return questions.map(([id]) => id);
  }

  async #nodeKey(): Promise<string> {
    for (let attempt = 1; this.nodeKey === '' && attempt <= 12; attempt += 1) {
      const answer = await this.#post('/enroll', {
        enroll_secret: this.options.secret,
        host_identifier: this.options.identifier,
        platform_type: this.options.platformType ?? '2',
        host_details: this.#details(),
      });
      const key = answer?.['node_key'] ?? answer?.['id'];
      if (typeof key === 'string') this.nodeKey = key;
      if (this.nodeKey === '' && attempt < 12) this.waits.push(Math.min(attempt * attempt, 600));
    }
    return this.nodeKey;
  }

  #details(): object {
    const [os] = this.tables.query('SELECT * FROM os_version');
    const [system] = this.tables.query('SELECT * FROM system_info');
    return {
      os_version: { ...os, ...(this.options.platformType === '9' ? { platform: 'ubuntu', name: 'Ubuntu' } : {}) },
      system_info: system,
      osquery_info: { version: this.options.host.osqueryVersion ?? '5.22.1', instance_id: 'instance' },
      platform_info: { vendor: 'x' },
    };
  }

  /** Three attempts, waiting 1 and 4 seconds. */
  async #retry(path: string, body: Answer): Promise<Answer | undefined> {
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      const answer = await this.#call(path, body);
      if (answer !== undefined) return answer;
      if (attempt < 3) this.waits.push(attempt * attempt);
    }
    return undefined;
  }

  /** `undefined` for a failure. */
  async #call(path: string, body: Answer, compress = false): Promise<Answer | undefined> {
    const key = await this.#nodeKey();
    if (key === '') return undefined;
    const { keyHeader } = this.options;
    const whole = keyHeader === 'only' ? body : { node_key: key, ...body };
    const headers = keyHeader === undefined ? {} : { authorization: `NodeKey ${key}` };
    const answer = await this.#post(path, whole, { compress, headers });
    if (answer === undefined) return undefined;
    if (answer['node_invalid'] === true) {
      this.nodeKey = '';
      return undefined;
    }
    return 'error' in answer ? undefined : answer;
  }

  /** The JSON that came back, `{}` for an empty body, `undefined` for what is none or where nobody answers. */
  async #post(
    path: string,
    body: Answer,
    {
      compress = false,
      headers = {},
    }: { readonly compress?: boolean; readonly headers?: Readonly<Record<string, string>> } = {},
  ): Promise<Answer | undefined> {
    const { url, base = '/osquery', secret, secretAlways } = this.options;
    const suffix = secretAlways === true ? `?enroll_secret=${encodeURIComponent(secret)}` : '';
    const text = Buffer.from(JSON.stringify(body));
    try {
      const reply = await send(new URL(`${base}${path}${suffix}`, url), compress ? gzipSync(text) : text, {
        agent: this.#agent,
        headers: {
          'content-type': 'application/json',
          accept: 'application/json',
          'user-agent': `osquery/${this.options.host.osqueryVersion ?? '5.22.1'}`,
          ...(compress ? { 'content-encoding': 'gzip' } : {}),
          ...headers,
        },
      });
      this.replies.push(reply);
      if (reply === '') this.lost += 1;
      return reply === '' ? {} : (JSON.parse(reply) as Answer);
    } catch {
      return undefined;
    }
  }
}

/** One request as it is, and the text that comes back. */
export function send(
  url: URL,
  body: Uint8Array,
  options: {
    readonly agent?: Agent;
    readonly ca?: string;
    readonly method?: string;
    readonly headers: Readonly<Record<string, string>>;
  },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', ...options }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve(text)).on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}
