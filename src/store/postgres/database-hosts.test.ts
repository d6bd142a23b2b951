import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addressesOf } from './database-hosts.ts';

const cases: readonly (readonly [shows: string, url: string, addresses: readonly string[]])[] = [
  ['one host', 'postgresql://db.example/kbgap', ['postgresql://db.example/kbgap']],
  ['a folder of sockets', 'postgresql:///kbgap?host=/run/postgresql', ['postgresql:///kbgap?host=/run/postgresql']],
  [
    'several, each with its port or the usual one',
    'postgresql://kbgap:p%40ss@one:5433,two/kbgap?sslmode=require',
    ['postgresql://kbgap:p%40ss@one:5433/kbgap?sslmode=require', 'postgresql://kbgap:p%40ss@two/kbgap?sslmode=require'],
  ],
  [
    'a comma in the password',
    'postgres://kbgap:a,b@one,two/kbgap',
    ['postgres://kbgap:a,b@one/kbgap', 'postgres://kbgap:a,b@two/kbgap'],
  ],
  ['IPv6', 'postgresql://[::1]:1,[::2]/', ['postgresql://[::1]:1/', 'postgresql://[::2]/']],
];

describe('the servers of a connection string', () => {
  for (const [shows, url, addresses] of cases) it(shows, () => assert.deepEqual(addressesOf(url), addresses));
});
