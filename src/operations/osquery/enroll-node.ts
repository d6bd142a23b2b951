import { randomUUID } from 'node:crypto';
import { isRow } from '../../inventory/readers/osquery/result-set.ts';
import { recordField, textField } from '../../inventory/text/loose-json.ts';
import type { JsonRecord } from '../../inventory/text/loose-json.ts';
import type { NodeIdentity, NodeRow } from '../../store/osquery-store.ts';
import type { Tenant } from '../../store/store.ts';
import type { OperationContext } from '../context.ts';
import { hashSecret } from '../secret.ts';
import { createNodeKey, parseNodeKey } from './node-key.ts';
import { tablesAsLines } from './node-lines.ts';
import { takeResults } from './take-results.ts';

/** The body of an enrolment: everything but the secret may be missing. */
export interface EnrollRequest {
  readonly secret: string;
  readonly body: JsonRecord;
  readonly receivedAt: Date;
}

export interface EnrolledNode {
  /** Given to the node once; only its hash is kept. */
  readonly nodeKey: string;
  readonly tenant: Tenant;
  readonly nodeId: string;
  readonly hostIdentifier: string;
  /** A host that was known already: its former key is no longer good. */
  readonly isKnown: boolean;
}

/**
 * Gives a host a node key in the tenant that the secret belongs to, and tells its device what the host said of itself.
 * `undefined` where no tenant has the secret.
 */
export async function enrollNode(
  context: OperationContext,
  { secret, body, receivedAt }: EnrollRequest,
): Promise<EnrolledNode | undefined> {
  const { store, directory } = context;
  const known = directory.findEnrollSecret(hashSecret(secret));
  const tenant = known === undefined ? undefined : directory.findTenant(known.tenantId);
  if (known === undefined || tenant === undefined) return undefined;
  const said = { ...readHost(body), tenantId: tenant.id, secretId: known.id, enrolledAt: receivedAt.toISOString() };
  const nodes = await store.osquery.findNodesByIdentifier(tenant.id, said.hostIdentifier);
  const before = nodes.findLast((node) => isSameHost(node, said));
  const id = before?.id ?? randomUUID();
  const nodeKey = createNodeKey(tenant.id, id);
  const keyHash = parseNodeKey(nodeKey)?.hash ?? new Uint8Array();
  await store.osquery.saveNode({ ...said, id, keyHash });
  const node = await store.osquery.findNode(tenant.id, id);
  if (node !== undefined) await takeResults(context, { tenant, node }, tablesAsLines(body, receivedAt), receivedAt);
  return { nodeKey, tenant, nodeId: id, hostIdentifier: said.hostIdentifier, isKnown: before !== undefined };
}

type SaidOfHost = Omit<NodeIdentity, 'tenantId' | 'id' | 'keyHash' | 'secretId' | 'enrolledAt'>;

function readHost(body: JsonRecord): SaidOfHost {
  const details = recordField(body, 'host_details') ?? {};
  const detail = (table: string): JsonRecord => {
    const row = recordField(details, table);
    return isRow(row) ? row : {};
  };
  const system = detail('system_info');
  const hostName = cut(textField(system, 'computer_name', 'hostname'));
  const hardwareId = cut(textField(system, 'uuid')?.toLowerCase());
  return {
    hostIdentifier: cut(textField(body, 'host_identifier')) ?? hardwareId ?? hostName ?? randomUUID(),
    hostName,
    hardwareId,
    serialNumber: cut(textField(system, 'hardware_serial')?.toLowerCase()),
    isWindows: isWindows(textField(body, 'platform_type'), textField(detail('os_version'), 'platform')),
  };
}

/** `platform_type` is a sum of bits, 2 for Windows. A host that says nothing is asked what it has. */
function isWindows(platformType: string | undefined, platform: string | undefined): boolean {
  if (platform !== undefined) return platform.toLowerCase() === 'windows';
  const bits = Number(platformType ?? 2);
  return Number.isInteger(bits) && (bits & 2) !== 0;
}

/**
 * Whether a host enrols again: under the same identifier and name, on no other hardware. Machines that were cloned share the
 * identifier where it is a hardware UUID, but seldom all three.
 */
function isSameHost(node: NodeRow, said: SaidOfHost): boolean {
  const isAlike = (a: string | null, b: string | null): boolean => a === null || b === null || a === b;
  return (
    (node.hostName ?? '').toLowerCase() === (said.hostName ?? '').toLowerCase() &&
    isAlike(node.hardwareId, said.hardwareId) &&
    isAlike(node.serialNumber, said.serialNumber)
  );
}

function cut(text: string | undefined): string | null {
  return text === undefined ? null : text.slice(0, 255);
}
