import { createHash, randomBytes } from 'node:crypto';

/** Tenant and node as GUIDs of 16 bytes, and 32 random bytes. */
const length = 64;

/** A node key taken apart: where the node is kept, and the hash that its key must have. */
export interface NodeKey {
  readonly tenantId: string;
  readonly nodeId: string;
  readonly hash: Uint8Array;
}

/**
 * A new key for a node, 86 characters of base64url. It names tenant and node, so that a node is found by its own key and no list
 * of keys over all tenants is needed; the random part makes it a secret.
 */
export function createNodeKey(tenantId: string, nodeId: string): string {
  return Buffer.concat([bytesOf(tenantId), bytesOf(nodeId), randomBytes(32)]).toString('base64url');
}

/** `undefined` for what is no node key of ours. */
export function parseNodeKey(text: string): NodeKey | undefined {
  if (!/^[\w-]{86}$/.test(text)) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  if (bytes.length !== length) return undefined;
  return {
    tenantId: guidOf(bytes.subarray(0, 16)),
    nodeId: guidOf(bytes.subarray(16, 32)),
    hash: createHash('sha256').update(bytes).digest(),
  };
}

function bytesOf(guid: string): Buffer {
  return Buffer.from(guid.replaceAll('-', ''), 'hex');
}

function guidOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
