import { Alert, Text } from '@mantine/core';
import type { CoverageCounts } from '../api/contract.ts';
import { useTexts } from '../texts/language-provider.tsx';

/** Where a list of devices says nothing because none of them could be judged. */
export function NothingJudged({ coverage }: { readonly coverage: CoverageCounts }) {
  const { judged } = useTexts();
  if (coverage.notAssessed === 0 || coverage.assessed + coverage.partlyAssessed > 0) return null;
  return (
    <Alert variant="default" bg="var(--page-surface)" role="note" title={judged.nothingJudged} mb="md">
      <Text size="sm">{judged.nothingJudgedMore}</Text>
    </Alert>
  );
}
