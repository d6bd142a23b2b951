import { moduleBeside, runInThread } from './run-in-thread.ts';

export interface AcceptOrder {
  readonly dataFolder: string;
  readonly id: string;
}

export interface AcceptedDocument {
  readonly id: string;
  readonly hash: string;
  readonly kind: string;
  /** Of the catalogue that was made with it; `null` where it changed nothing. */
  readonly catalogueId: string | null;
}

/** `acceptQuarantined` on a thread of its own: a server answers meanwhile. @throws {ThreadFailedError} with the error's own code. */
export function acceptInThread(order: AcceptOrder): Promise<AcceptedDocument> {
  return runInThread(moduleBeside(import.meta.url, 'accept-worker'), order, new AbortController().signal);
}
