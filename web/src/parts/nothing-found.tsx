import { Button } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import Monitor from 'lucide-react/icons/monitor';
import type { Overview } from '../api/contract.ts';
import { useAnswer } from '../api/queries.ts';
import { useTexts } from '../texts/language-provider.tsx';
import { judgedOf } from './judged.tsx';
import { Empty } from './states.tsx';

/** Where devices lack nothing that a list would show: said with how many were judged, and not at all where none was. */
export function NothingFound({ title }: { readonly title: string }) {
  const { judged } = useTexts();
  const { data } = useAnswer<Overview>('/v1/overview');
  if (data === undefined) return null;
  const { total, assessed, partlyAssessed } = data.devices;
  if (total === 0) return <NoDevices />;
  if (assessed + partlyAssessed === 0) return <Empty title={judged.nothingJudged}>{judged.nothingJudgedMore}</Empty>;
  return <Empty title={title}>{judgedOf(data, judged)}</Empty>;
}

/** A tenant without devices is led to the import. */
export function NoDevices() {
  const { overview: words } = useTexts();
  return (
    <Empty title={words.noDevices} icon={<Monitor size={32} strokeWidth={1.5} aria-hidden />}>
      {words.noDevicesMore}
      <br />
      <Button renderRoot={(props) => <Link to="/import" {...props} />} mt="md">
        {words.importFirst}
      </Button>
    </Empty>
  );
}
