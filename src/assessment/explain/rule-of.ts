import type { ExplainSubject } from '../evidence.ts';
import { isRollupLine } from '../lines/rollup-line.ts';
import type { JudgedDevice } from './judged-device.ts';
import type { Part } from './parts.ts';
import type { Ruling, StandingObligation } from './verdict.ts';

/** The rule that judged the subject; `none` where nothing did. */
export function ruleOf(judged: JudgedDevice, subject: ExplainSubject, { obligations, basis }: Ruling): string {
  if (basis.kind === 'not-judged' || basis.kind === 'unknown') return 'none';
  const owner =
    'kb' in subject ? judged.parts.find(({ lacking }) => lacking.some(({ kb }) => kb === subject.kb)) : undefined;
  const decisive = decisiveOf(obligations, basis.kind);
  if (owner !== undefined && basis.kind === 'open') return ruleOfPart(judged, owner, decisive);
  if (decisive !== undefined) return ruleOfPart(judged, decisive.part, decisive);
  if (basis.kind === 'stranger' && basis.stranger.kind === 'other-line') return basis.stranger.part.finding.rule;
  const windows = judged.parts.find(({ kind }) => kind === 'windows');
  return windows === undefined ? 'none' : ruleOfPart(judged, windows, undefined);
}

/** An obligation that stands as the verdict says, else any. */
function decisiveOf(
  obligations: readonly StandingObligation[],
  basis: Ruling['basis']['kind'],
): StandingObligation | undefined {
  const kind = basis === 'passed-over' ? 'open' : basis;
  return obligations.find(({ standing }) => standing.kind === kind) ?? obligations[0];
}

function ruleOfPart({ input }: JudgedDevice, part: Part, obligation: StandingObligation | undefined): string {
  switch (part.kind) {
    case 'software':
      return part.finding.rule;
    case 'uncovered':
      return 'none';
    case 'windows':
    case 'dotnet-framework':
    case 'flash-player': {
      if (part.findings.length > 1 && input !== undefined && isRollupLine(input.line))
        return obligation === undefined ||
          obligation.fixes.some(({ remediation: { kb } }) => kb !== null && input.line.placeOf.has(kb))
          ? 'windows-rollup'
          : 'windows-component-updates';
      return part.findings[0]?.rule ?? 'none';
    }
  }
}
