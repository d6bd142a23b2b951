import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiError } from './errors.ts';
import { readJson, readJsonObject } from './json-body.ts';

describe('a body of JSON', () => {
  for (const [says, body, expected] of [
    ['an object', Buffer.from('{"a":1}'), { a: 1 }],
    ['with a byte order mark', Buffer.from('\uFEFF{"a":"ü"}'), { a: 'ü' }],
    ['a list', Buffer.from('[]'), []],
    ['broken', Buffer.from('{"client_secret":"x'), undefined],
    ['empty', Buffer.alloc(0), undefined],
    ['none at all', undefined, undefined],
    ['a text that is no body', '{}', undefined],
  ] as const)
    it(says, () => assert.deepEqual(readJson(body), expected));

  for (const body of ['[]', 'null', '"secret-of-mine"', '{"client_secret":"secret-of-mine', ''])
    it(`is refused where it is no object, and not quoted: ${body}`, () => {
      assert.throws(
        () => readJsonObject(Buffer.from(body), 'Expected an object.'),
        (error) =>
          error instanceof ApiError &&
          error.status === 400 &&
          error.code === 'InvalidRequestBody' &&
          error.message === 'Expected an object.' &&
          error.cause === undefined,
      );
    });
});
