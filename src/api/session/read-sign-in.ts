import { ApiError } from '../errors.ts';
import { readJsonObject } from '../json-body.ts';

export interface SignInForm {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Name or GUID; without it the tenant that has the client. */
  readonly tenant: string | undefined;
}

/** `{ "client_id", "client_secret", "tenant"? }`. @throws {ApiError} 400; no value of the body is sent back. */
export function readSignIn(body: unknown): SignInForm {
  const fields = readJsonObject(body, 'Expected a JSON object with client_id and client_secret.');
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== 'string' || value.trim() === '')
      throw new ApiError(400, 'InvalidRequestBody', `Expected the field ${name} with a text.`);
    return value;
  };
  const { tenant } = fields;
  if (tenant !== undefined && tenant !== null && typeof tenant !== 'string')
    throw new ApiError(400, 'InvalidRequestBody', 'Expected the field tenant with a text, or none.');
  const named = typeof tenant === 'string' && tenant.trim() !== '' ? tenant : undefined;
  return { clientId: text('client_id').trim(), clientSecret: text('client_secret').trim(), tenant: named };
}
