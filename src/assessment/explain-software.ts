import type { Catalogue } from '../catalogue/catalogue.ts';
import { formatKb } from '../terms/kb-number.ts';
import type { KbNumber } from '../terms/kb-number.ts';
import type { VulnerabilityId } from '../terms/vulnerability-id.ts';
import type { Evidence } from './evidence.ts';
import type { SoftwareFinding } from './rules/rule.ts';

type Told = Pick<Evidence, 'verdict' | 'rule' | 'because' | 'wouldFlip'>;

/** What is said of an update or vulnerability of installed software. `rows`: those that name it for the software. */
export function tellSoftware(
  catalogue: Catalogue,
  finding: SoftwareFinding,
  subject: Evidence['subject'],
  rows: readonly number[],
): Told {
  const { software, rule, undetermined } = finding;
  const running = `${software.name} is reported in version ${software.version ?? 'unknown'}.`;
  const fixed = [...new Set(rows.map((row) => catalogue.remediation(catalogue.rowRemediation(row)).fixedBuild))].filter(
    (text) => text !== '',
  );
  const versions =
    fixed.length === 0
      ? 'The documents name no fixed version for it.'
      : `The documents name ${fixed.sort().join(', ')} as fixed.`;
  const open = openOf(catalogue, finding, subject);
  if (open > 0) {
    const replaced = 'kb' in subject ? finding.lacking.find(({ kb }) => kb === subject.kb)?.replacedBy : undefined;
    return {
      verdict: 'missing',
      rule,
      because: [
        running,
        versions,
        'kb' in subject
          ? `${open} vulnerabilities that ${formatKb(subject.kb)} fixes are open on it.`
          : closers(finding, catalogue, subject.vulnerability),
        ...(replaced == null ? [] : [`${formatKb(replaced)} replaces it: install that one.`]),
      ],
      wouldFlip: [
        `A version of ${software.name} at or above the fixed one of its servicing line, or the update in the list.`,
      ],
    };
  }
  if (undetermined !== undefined) {
    const because = [running, versions, `${undetermined.detail} (${undetermined.reason}).`];
    return {
      verdict: 'undetermined',
      rule,
      because,
      wouldFlip: [`A version of ${software.name} that can be compared.`],
    };
  }
  return {
    verdict: 'remediated',
    rule,
    because: [
      running,
      versions,
      'The version stands at or above what its servicing line needs, or the update is in the list.',
    ],
    wouldFlip: [`A lower version of ${software.name}, and no update in the list.`],
  };
}

function openOf(catalogue: Catalogue, { open }: SoftwareFinding, subject: Evidence['subject']): number {
  return open.filter(({ vulnerability, kbs }) =>
    'kb' in subject ? kbs.includes(subject.kb) : catalogue.vulnerabilityId(vulnerability) === subject.vulnerability,
  ).length;
}

function closers({ open }: SoftwareFinding, catalogue: Catalogue, id: VulnerabilityId): string {
  const kbs = new Set<KbNumber>(
    open.flatMap((each) => (catalogue.vulnerabilityId(each.vulnerability) === id ? each.kbs : [])),
  );
  return kbs.size === 0
    ? 'No update with a KB number closes it: the product is updated by a new version.'
    : `${[...kbs].sort().map(formatKb).join(', ')} closes it.`;
}
