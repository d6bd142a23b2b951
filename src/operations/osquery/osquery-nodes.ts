import { timingSafeEqual } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { JsonRecord } from '../../inventory/text/loose-json.ts';
import type { NodeRow } from '../../store/osquery-store.ts';
import type { Tenant } from '../../store/store.ts';
import { auditLine, localOperator } from '../audit.ts';
import type { OperationContext } from '../context.ts';
import { hashSecret } from '../secret.ts';
import { createEnrollSecret, listEnrollSecrets, revokeEnrollSecret } from './enroll-secrets.ts';
import type { EnrollSecretSummary, IssuedEnrollSecret } from './enroll-secrets.ts';
import { enrollNode } from './enroll-node.ts';
import type { EnrolledNode, EnrollRequest } from './enroll-node.ts';
import { parseNodeKey } from './node-key.ts';
import { NodeNotFoundError } from './osquery-error.ts';
import { answersAsLines, logAsLines } from './node-lines.ts';
import { takeResults } from './take-results.ts';
import type { KnownNode } from './take-results.ts';
import { nodeConfig, noQuestions, questionsFor } from './windows-pack.ts';
import type { Questions } from './windows-pack.ts';

/** A node as lists show it. */
export interface NodeSummary extends Pick<
  NodeRow,
  'hostName' | 'hostIdentifier' | 'isWindows' | 'enrolledAt' | 'revokedAt' | 'deviceId' | 'secretId'
> {
  readonly nodeId: string;
  /** When its device was last told of its results. */
  readonly reportedAt: string | null;
}

/** A node that was asked is given this long to answer before it is asked again. */
const askAgainMs = 10 * 60_000;

/** What kbgap does for osquery nodes that enrol, and for the administrators who let them. */
export class OsqueryNodes {
  readonly #context: OperationContext;
  /** Takes up what other processes did a moment ago. */
  readonly #lookAgain: () => void;
  readonly #asked = new LRUCache<string, true>({ max: 200_000, ttl: askAgainMs });

  constructor(context: OperationContext, lookAgain: () => void) {
    this.#context = context;
    this.#lookAgain = lookAgain;
  }

  /** `undefined` where no tenant has the secret. */
  async enroll(request: EnrollRequest): Promise<EnrolledNode | undefined> {
    // A secret that a command made a moment ago is good; one that was revoked must not let in those whom it was revoked for.
    this.#lookAgain();
    const { store, directory } = this.#context;
    if (directory.findEnrollSecret(hashSecret(request.secret)) === undefined) await store.catchUp?.();
    const enrolled = await enrollNode(this.#context, request);
    if (enrolled !== undefined) this.#asked.delete(enrolled.nodeId);
    return enrolled;
  }

  /** `undefined` where the key is none, or no longer good. */
  async find(nodeKey: string): Promise<KnownNode | undefined> {
    const key = parseNodeKey(nodeKey);
    if (key === undefined) return undefined;
    const node = await this.#context.store.osquery.findNode(key.tenantId, key.nodeId);
    if (node === undefined || node.revokedAt !== null || !timingSafeEqual(node.keyHash, key.hash)) return undefined;
    const { store, directory } = this.#context;
    if (directory.findTenant(key.tenantId) === undefined) await store.catchUp?.();
    const tenant = directory.findTenant(key.tenantId);
    return tenant === undefined ? undefined : { tenant, node };
  }

  /** What osqueryd takes as its configuration. */
  get config(): object {
    return nodeConfig;
  }

  /** The lines of a result log; those that are none are passed over. */
  takeLog(known: KnownNode, data: readonly unknown[], receivedAt: Date): Promise<void> {
    return takeResults(this.#context, known, logAsLines(data), receivedAt);
  }

  /** What is to be asked of the node now. */
  async ask({ tenant, node }: KnownNode, now: Date): Promise<Questions> {
    if (!node.isWindows || this.#asked.has(node.id)) return noQuestions;
    const heads = await this.#context.store.osquery.listNodeResultHeads(tenant.id, node.id);
    const questions = questionsFor(new Map(heads.map(({ query, receivedAt }) => [query, receivedAt])), now);
    if (questions !== noQuestions) this.#asked.set(node.id, true);
    return questions;
  }

  /** The body of a distributed write. */
  takeAnswers(known: KnownNode, body: JsonRecord, receivedAt: Date): Promise<void> {
    return takeResults(this.#context, known, answersAsLines(body, receivedAt), receivedAt);
  }

  /** @throws {EnrollSecretFormatError} {@link EnrollSecretExistsError} */
  createSecret(tenant: Tenant, name: string, secret?: string): Promise<IssuedEnrollSecret> {
    this.#lookAgain();
    return createEnrollSecret(this.#context, tenant, {
      name,
      by: localOperator,
      ...(secret === undefined ? {} : { secret }),
    });
  }

  /** Revoked ones too, oldest first. */
  listSecrets(tenant: Tenant): readonly EnrollSecretSummary[] {
    return listEnrollSecrets(this.#context, tenant);
  }

  /** @throws {EnrollSecretNotFoundError} */
  revokeSecret(
    tenant: Tenant,
    secretId: string,
    { withNodes }: { readonly withNodes: boolean },
  ): Promise<EnrollSecretSummary & { readonly revokedNodes: number }> {
    return revokeEnrollSecret(this.#context, tenant, { secretId, withNodes, by: localOperator });
  }

  /** By host name. */
  async list(tenant: Tenant): Promise<readonly NodeSummary[]> {
    const nodes = await this.#context.store.osquery.listNodes(tenant.id);
    return nodes.map(
      ({ id, hostName, hostIdentifier, isWindows, enrolledAt, revokedAt, deviceId, secretId, appliedAt }) => ({
        nodeId: id,
        hostName,
        hostIdentifier,
        isWindows,
        enrolledAt,
        revokedAt,
        deviceId,
        secretId,
        reportedAt: appliedAt,
      }),
    );
  }

  /** Its key is refused from now on; a host that still has a good secret enrols again. @throws {NodeNotFoundError} */
  async revoke(tenant: Tenant, nodeId: string): Promise<void> {
    const id = nodeId.trim().toLowerCase();
    const { store, now } = this.#context;
    if ((await store.osquery.findNode(tenant.id, id)) === undefined) throw new NodeNotFoundError(nodeId);
    const act = { tenant, by: localOperator, action: 'osquery.node-revoked', subject: id } as const;
    const line = auditLine(this.#context, act);
    await store.osquery.revokeNodes(tenant.id, { nodeId: id }, now().toISOString(), line);
  }
}
