import Value from 'typebox/value';
import { parseRoles } from '../../../../operations/roles.ts';
import { newClientShape } from '../../../contract/own/client-shapes.ts';
import { ApiError } from '../../../errors.ts';
import { readJsonObject } from '../../../json-body.ts';

export interface NewClient {
  readonly name: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[] | undefined;
}

/** @throws {ApiError} 400 naming what is wrong. */
export function readNewClient(body: unknown): NewClient {
  const expected = 'expected a JSON object with name, roles and groups';
  const value: unknown = readJsonObject(body, `request body: ${expected}`);
  if (!Value.Check(newClientShape, value)) {
    const [first] = Value.Errors(newClientShape, value);
    const where =
      first === undefined ? '' : `, at ${first.instancePath === '' ? 'the top' : first.instancePath}: ${first.message}`;
    throw new ApiError(400, 'InvalidRequestBody', `request body: ${expected}${where}`);
  }
  const { name, roles = [], groups } = value;
  return { name, roles: parseRoles(roles), groups: groups ?? undefined };
}
