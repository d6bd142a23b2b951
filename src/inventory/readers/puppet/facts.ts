import { findRecords } from '../../text/find-records.ts';
import { recordField, textField } from '../../text/loose-json.ts';
import type { JsonRecord } from '../../text/loose-json.ts';

/** Facts of one node, and the name under which Puppet knows it. */
export interface NodeFacts {
  readonly certname: string | undefined;
  readonly facts: JsonRecord;
  /** When they were collected, as written. */
  readonly at: string | undefined;
}

/** What facter prints, what `puppet facts` prints around it, and answers of PuppetDB (`inventory`, `factsets`, `facts`). */
export function nodesIn(values: readonly unknown[], most?: number): readonly NodeFacts[] {
  const nodes: NodeFacts[] = [];
  const rows = new Map<string, [string, unknown][]>();
  for (const record of findRecords(values, (each) => isNode(each) || isFactRow(each), most)) {
    if (!isFactRow(record)) {
      nodes.push(nodeOf(record));
      continue;
    }
    const certname = textField(record, 'certname') ?? '';
    const facts = rows.get(certname) ?? [];
    rows.set(certname, facts);
    facts.push([textField(record, 'name') ?? '', record['value']]);
  }
  const pivoted = [...rows].map(([certname, facts]) => ({ certname, facts: Object.fromEntries(facts), at: undefined }));
  return [...nodes, ...pivoted.filter(({ facts }) => isFacts(facts))];
}

function isNode(record: JsonRecord): boolean {
  return factsOf(record) !== undefined;
}

function nodeOf(record: JsonRecord): NodeFacts {
  const facts = factsOf(record) ?? {};
  const isBare = facts === record;
  return {
    facts,
    certname: (isBare ? undefined : textField(record, 'certname', 'name')) ?? textField(facts, 'clientcert'),
    at: isBare ? undefined : textField(record, 'timestamp', 'producer_timestamp'),
  };
}

function factsOf(record: JsonRecord): JsonRecord | undefined {
  return [record, recordField(record, 'facts'), recordField(record, 'values')].find(
    (each) => each !== undefined && isFacts(each),
  );
}

function isFacts(record: JsonRecord): boolean {
  const marks = ['facterversion', 'kernelmajversion', 'operatingsystemrelease', 'clientcert'];
  const isNamed = textField(record, 'kernel') !== undefined && textField(record, 'kernelrelease') !== undefined;
  // Salt has a text under "os".
  const isStructured = recordField(record, 'os') !== undefined || recordField(record, 'networking') !== undefined;
  return isNamed && (isStructured || marks.some((key) => Object.hasOwn(record, key)));
}

/** PuppetDB's `facts`: one fact of one node a row. */
function isFactRow(record: JsonRecord): boolean {
  return ['certname', 'name', 'value'].every((key) => Object.hasOwn(record, key));
}
