import { findAnomalies } from '../assessment/anomalies.ts';
import type { Anomaly } from '../assessment/anomalies/anomaly.ts';
import type { Catalogue } from '../catalogue/catalogue.ts';
import { loadCorrections } from '../catalogue/corrections.ts';
import type { CatalogueState } from './application.ts';
import { auditLine } from './audit.ts';
import type { Actor, AuditAction } from './audit.ts';
import { acceptInThread } from './catalogue-decisions.ts';
import type { AcceptedDocument } from './catalogue-decisions.ts';
import { CatalogueFolder } from './catalogue-folder.ts';
import type { OperationContext } from './context.ts';
import { getCatalogueState } from './get-status.ts';
import { listRevisions } from './list-revisions.ts';
import type { Revision } from './list-revisions.ts';
import type { QuarantinedDocument } from './quarantine.ts';

/** What is held, for whoever looks after it. */
export interface CatalogueView extends CatalogueState {
  readonly kbs: number;
  readonly cves: number;
  readonly products: number;
  readonly documents: Catalogue['documents'];
  readonly held: readonly QuarantinedDocument[];
}

/** The catalogue as it is looked after: what is in it, what was not believed, and what an operator decides. */
export class CatalogueDesk {
  readonly #context: OperationContext;
  readonly #dataFolder: string;
  readonly #anomalies = new WeakMap<Catalogue, readonly Anomaly[]>();

  constructor(context: OperationContext, dataFolder: string) {
    this.#context = context;
    this.#dataFolder = dataFolder;
  }

  view(now: Date): CatalogueView {
    const published = this.#published();
    return {
      ...getCatalogueState(this.#context, now),
      kbs: published?.kbs.length ?? 0,
      cves: published?.vulnerabilityCount ?? 0,
      products: published?.productCount ?? 0,
      documents: published?.documents ?? [],
      held: this.#context.quarantine.list(),
    };
  }

  /** Every revision that was seen, or those of one document. */
  revisions(id?: string): Promise<readonly Revision[]> {
    return listRevisions(new CatalogueFolder(this.#dataFolder, loadCorrections()), id);
  }

  /** Errors found in the published data, newest month first; found once for each catalogue. */
  anomalies(): readonly Anomaly[] {
    const published = this.#published();
    if (published === undefined) return [];
    let found = this.#anomalies.get(published);
    if (found === undefined) {
      found = findAnomalies(published, loadCorrections().entries);
      this.#anomalies.set(published, found);
    }
    return found;
  }

  /** Takes a document in whatever speaks against it; the server follows within a second. @throws with the code `not-quarantined`. */
  async accept(id: string, by: Actor): Promise<AcceptedDocument> {
    const accepted = await acceptInThread({ dataFolder: this.#dataFolder, id: this.#context.quarantine.get(id).id });
    await this.#record('quarantine.accepted', accepted, by);
    return accepted;
  }

  /** Discards it; the same bytes are passed over from now on. @throws with the code `not-quarantined`. */
  async drop(id: string, by: Actor): Promise<Pick<AcceptedDocument, 'id' | 'hash'>> {
    const { id: known, hash, kind } = this.#context.quarantine.drop(id);
    await this.#record('quarantine.dropped', { id: known, hash, kind }, by);
    return { id: known, hash };
  }

  #record(
    action: AuditAction,
    { id, hash, kind }: Pick<AcceptedDocument, 'id' | 'hash' | 'kind'>,
    by: Actor,
  ): Promise<void> {
    const detail = { hash, kind };
    return this.#context.store.audit.add(auditLine(this.#context, { tenant: null, by, action, subject: id, detail }));
  }

  #published(): Catalogue | undefined {
    return this.#context.exposures.verdicts.engine.published;
  }
}
