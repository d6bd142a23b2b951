import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { temporaryFolder } from '../../test/support/temporary-folder.ts';
import { InForceLog } from './in-force-log.ts';

const day = (number: number): Date => new Date(Date.UTC(2026, 0, number));

it('tells what was in force when', (t) => {
  const folder = temporaryFolder(t);
  mkdirSync(folder, { recursive: true });
  const log = new InForceLog(folder);
  const at = (instant: Date): string => log.at(instant, 'starter').catalogueId;
  assert.deepEqual(log.at(day(1), 'starter'), { catalogueId: 'starter', since: null });
  log.note('sha256:a', day(10));
  log.note('sha256:a', day(11));
  log.note('sha256:b', day(20));
  assert.deepEqual(
    [9, 10, 19, 20, 21].map((number) => at(day(number))),
    ['starter', 'sha256:a', 'sha256:a', 'sha256:b', 'sha256:b'],
  );
  assert.equal(log.at(day(15), 'starter').since, day(10).toISOString());
});

it('makes up for a process that was killed before it noted one, and for a cut line', (t) => {
  const folder = temporaryFolder(t);
  const log = new InForceLog(folder);
  log.note('sha256:a', day(10));
  appendFileSync(join(folder, 'in-force'), '2026-01-1');
  const current = join(folder, 'current');
  writeFileSync(current, 'sha256:b\n');
  utimesSync(current, day(20), day(20));
  assert.deepEqual(log.at(day(21), 'starter'), { catalogueId: 'sha256:b', since: day(20).toISOString() });
  assert.equal(log.at(day(19), 'starter').catalogueId, 'sha256:a');
  rmSync(current);
});

it('keeps two months, and what was in force at their beginning', (t) => {
  const log = new InForceLog(temporaryFolder(t));
  for (const number of [1, 2, 3, 100]) log.note(`sha256:${number}`, day(number));
  const at = (number: number): string => log.at(day(number), 'starter').catalogueId;
  assert.deepEqual([2, 3, 50, 100].map(at), ['starter', 'sha256:3', 'sha256:3', 'sha256:100']);
});
