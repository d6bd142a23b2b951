import { odataError } from '../odata/odata-error.ts';

/** Where a page ended: at this row of this device. */
export interface AssetPlace {
  readonly deviceId: string;
  readonly key: string;
  /** Among the devices that are not there any more, which come last. */
  readonly isGone: boolean;
}

/** Opaque to clients. */
export function formatPlace({ deviceId, key, isGone }: AssetPlace): string {
  return Buffer.from(JSON.stringify([deviceId, key, isGone ? 1 : 0])).toString('base64url');
}

/** @throws {ApiError} 400 for what is no token of a next link. */
export function parsePlace(text: string): AssetPlace {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
    const [deviceId, key, isGone, ...more] = Array.isArray(parts) ? (parts as readonly unknown[]) : [];
    const isId = typeof deviceId === 'string' && /^[\da-f]{40}$/.test(deviceId);
    if (isId && typeof key === 'string' && (isGone === 0 || isGone === 1) && more.length === 0)
      return { deviceId, key, isGone: isGone === 1 };
  } catch {
    // As for any other text.
  }
  throw odataError(`$skiptoken: expected one from a next link at position 1, got "${text.slice(0, 40)}".`);
}
