import { sessionHeaders } from '../session.ts';
import { HttpError, errorOf } from './http-error.ts';

export type Query = Readonly<Record<string, string | number | undefined>>;

/** `/v1/devices?coverage=assessed`; what is empty is left out. */
export function addressOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).flatMap(([key, value]) =>
    value === undefined || value === '' ? [] : [[key, String(value)]],
  );
  const text = new URLSearchParams(given).toString();
  return text === '' ? path : `${path}?${text}`;
}

/** @throws {HttpError} */
export async function getJson<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const response = await ask(addressOf(path, query), { signal: signal ?? null });
  return (await response.json()) as T;
}

/** Sends JSON, or nothing. @throws {HttpError} */
export async function sendJson<T>(method: 'POST' | 'DELETE', path: string, body?: object): Promise<T> {
  const content = body === undefined ? {} : { body: JSON.stringify(body) };
  const headers = body === undefined ? {} : { 'Content-Type': 'application/json' };
  const response = await ask(path, { method, ...content }, headers);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function ask(address: string, init: RequestInit, more: Readonly<Record<string, string>> = {}): Promise<Response> {
  const headers = { Accept: 'application/json', ...more, ...sessionHeaders(init.method ?? 'GET') };
  let response: Response;
  try {
    response = await fetch(address, { ...init, headers });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw new HttpError(0, 'NoConnection', error instanceof Error ? error.message : String(error));
  }
  if (!response.ok) throw await errorOf(response);
  return response;
}
