import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { WindowsTables } from '../../../test/support/windows-tables.ts';
import { nodeConfig, noQuestions, questionsFor, windowsPack } from './windows-pack.ts';

const now = new Date('2026-06-10T08:00:00Z');
const host = {
  hostName: 'PC',
  osName: 'Microsoft Windows 11 Pro',
  version: '10.0.26100',
  ubr: 8655,
  patches: ['KB5094126'],
};

function receivedHoursAgo(hours: number, except: readonly string[] = []): ReadonlyMap<string, string> {
  const at = new Date(now.getTime() - hours * 3_600_000).toISOString();
  return new Map(windowsPack.queries.filter(({ name }) => !except.includes(name)).map(({ name }) => [name, at]));
}

describe('the pack for Windows', () => {
  it('is a schedule of snapshots for Windows', () => {
    const { schedule } = nodeConfig as {
      readonly schedule: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
    };
    assert.equal(Object.keys(schedule).length, windowsPack.queries.length);
    for (const [name, query] of Object.entries(schedule)) {
      assert.match(name, /^kbgap_[a-z_]+$/);
      assert.deepEqual([query['snapshot'], query['platform'], typeof query['query']], [true, 'windows', 'string']);
      assert.ok(Number(query['interval']) >= 3600, name);
    }
    assert.ok(JSON.stringify(nodeConfig).length < 10_000, 'small enough for every refresh');
  });

  for (const { name, reason, query, discovery } of windowsPack.queries) {
    it(`${name} runs on osquery's tables and has a reason`, () => {
      const tables = new WindowsTables(host);
      assert.doesNotThrow(() => tables.query(query));
      if (discovery !== undefined) assert.equal(tables.query(discovery).length, 1);
      assert.ok(reason.length > 20);
    });
  }
});

describe('what a node is asked at once', () => {
  const cases: readonly [says: string, received: ReadonlyMap<string, string>, asked: readonly string[]][] = [
    ['all of a new one', new Map(), windowsPack.queries.map(({ name }) => name)],
    ['nothing where all is fresh', receivedHoursAgo(11), []],
    ['all where the schedule stands still', receivedHoursAgo(13), windowsPack.queries.map(({ name }) => name)],
    ['nothing where only something else is missing', receivedHoursAgo(1, ['kbgap_office', 'kbgap_update_history']), []],
    [
      'what is missing beside something essential',
      receivedHoursAgo(1, ['kbgap_os_version', 'kbgap_office']),
      ['kbgap_os_version', 'kbgap_office'],
    ],
  ];
  for (const [says, received, asked] of cases) {
    it(says, () => assert.deepEqual(Object.keys(questionsFor(received, now).queries).sort(), [...asked].sort()));
  }

  it('more often after an enrolment, and tables that an old osquery lacks are looked for first', () => {
    const { accelerate, discovery } = questionsFor(new Map(), now);
    assert.equal(accelerate, 60);
    assert.deepEqual(Object.keys(discovery ?? {}), ['kbgap_update_history']);
    assert.deepEqual(noQuestions, { queries: {} });
  });

  it('programs are asked for every four hours, so that they are old after twelve', () => {
    const programs = 'kbgap_programs';
    const received = new Map([
      ...receivedHoursAgo(13, [programs]),
      [programs, new Date(now.getTime() - 11.9 * 3_600_000).toISOString()],
    ]);
    assert.ok(!(programs in questionsFor(received, now).queries));
  });
});
