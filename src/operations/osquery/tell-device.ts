import { hash } from 'node:crypto';
import type { Inventory } from '../../inventory/inventory.ts';
import { inventoryOfResults } from '../../inventory/readers/osquery/inventory-of-results.ts';
import { QueryRows } from '../../inventory/readers/osquery/query-rows.ts';
import { toNative } from '../../inventory/to-native.ts';
import type { NodeRow } from '../../store/osquery-store.ts';
import type { Tenant } from '../../store/store.ts';
import { applyReport } from '../apply-report.ts';
import type { OperationContext } from '../context.ts';
import { detailPrefix, readKept, renewMs } from './kept-results.ts';

/**
 * Joins what the queries of a node gave last to one report of its device, if a fact of it changed, if the last time was
 * interrupted, or if the device has not heard of it for long. A node whose system is not known yet tells nothing.
 */
export async function tellDevice(context: OperationContext, tenant: Tenant, nodeId: string, now: Date): Promise<void> {
  const { osquery } = context.store;
  const node = await osquery.findNode(tenant.id, nodeId);
  if (node === undefined || !(await isDue(context, node))) return;
  const inventory = await joinedInventory(context, node);
  const facts =
    inventory === undefined ? null : hash('sha256', JSON.stringify(toNative({ ...inventory, observedAt: undefined })));
  const isKnown = facts !== null && facts === node.factsHash && !isOld(node, now) && (await hasDevice(context, node));
  let { deviceId } = node;
  if (inventory !== undefined && !isKnown) {
    const raw = Buffer.from(JSON.stringify(toNative(inventory)));
    // In the form that it is kept in: what the node sent is spread over its results.
    const report = { inventory, raw, format: 'native', source: 'osquery', receivedAt: now };
    ({ deviceId } = await applyReport(context, tenant, report));
  }
  const appliedAt = isKnown && node.appliedAt !== null ? node.appliedAt : now.toISOString();
  await osquery.saveApplied(tenant.id, nodeId, {
    appliedRevision: node.resultsRevision,
    appliedAt,
    factsHash: facts,
    deviceId,
  });
}

async function isDue(context: OperationContext, node: NodeRow): Promise<boolean> {
  if (node.resultsRevision > node.appliedRevision) return true;
  return node.factsHash !== null && !(await hasDevice(context, node));
}

function isOld({ appliedAt }: NodeRow, now: Date): boolean {
  return appliedAt === null || now.getTime() - Date.parse(appliedAt) >= renewMs;
}

/** Somebody may have deleted it. */
async function hasDevice({ store }: OperationContext, { tenantId, deviceId }: NodeRow): Promise<boolean> {
  return deviceId !== null && (await store.findDevice(tenantId, deviceId)) !== undefined;
}

/** `undefined` where nothing tells the system, or where it is no Windows. */
async function joinedInventory({ store }: OperationContext, node: NodeRow): Promise<Inventory | undefined> {
  const results = await store.osquery.listNodeResults(node.tenantId, node.id);
  const sets = results.map((result) => new QueryRows(readKept(result)).toResultSet(result.query));
  const scheduled = new Set(sets.filter(({ rows }) => rows.length > 0).map(({ query }) => query));
  const current = sets.filter(
    ({ query }) => !scheduled.has(query.replace(detailPrefix, 'kbgap_')) || !query.startsWith(detailPrefix),
  );
  const { inventory, otherPlatform } = inventoryOfResults(current);
  const { name, build } = inventory.os;
  if (otherPlatform !== undefined || (name === undefined && build === undefined)) return undefined;
  const host = inventory.device.name ?? node.hostName ?? node.hostIdentifier;
  return { ...inventory, device: { ...inventory.device, name: host.slice(0, 255), sourceId: `osquery:${node.id}` } };
}
