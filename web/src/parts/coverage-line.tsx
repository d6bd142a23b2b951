import { Alert, Text } from '@mantine/core';
import type { CoverageCounts } from '../api/contract.ts';
import { useTexts } from '../texts/language-provider.tsx';

/** How well the listed devices are judged, beside their number. */
export function CoverageLine({ coverage }: { readonly coverage: CoverageCounts }) {
  const { judged } = useTexts();
  const { assessed, partlyAssessed, notAssessed } = coverage;
  return judged.coverageOf(assessed, partlyAssessed, notAssessed);
}

/** Where a list of devices says nothing because none of them could be judged. */
export function NothingJudged({ coverage }: { readonly coverage: CoverageCounts | null }) {
  const { judged } = useTexts();
  if (coverage === null || coverage.notAssessed === 0 || coverage.assessed + coverage.partlyAssessed > 0) return null;
  return (
    <Alert variant="default" bg="var(--page-surface)" role="note" title={judged.nothingJudged} mb="md">
      <Text size="sm">{judged.nothingJudgedMore}</Text>
    </Alert>
  );
}
