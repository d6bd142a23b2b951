import { ApiError } from '../errors.ts';

/** A query option that cannot be read: 400 with Defender's code, the place and what stands there. */
export function odataError(message: string): ApiError {
  return new ApiError(400, 'ODataError', message);
}
