import { SimpleGrid, Stack } from '@mantine/core';
import type { Overview } from '../../api/contract.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answered.tsx';
import { NoDevices } from '../../parts/nothing-found.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { useTexts } from '../../texts/language-provider.tsx';
import { CatalogueLine, Warnings } from './catalogue-line.tsx';
import { Figures } from './figures.tsx';
import { Judgement } from './judgement.tsx';
import { PatchAge } from './patch-age.tsx';
import { TopUpdates } from './top-updates.tsx';
import { Trend } from './trend.tsx';

/** The fleet at a glance: how much of it was judged, what it lacks, and what to install first. */
export function OverviewView() {
  const texts = useTexts();
  const answer = useAnswer<Overview>('/v1/overview');
  return (
    <>
      <PageTitle
        title={texts.overview.title}
        more={answer.data && <CatalogueLine catalogue={answer.data.catalogue} />}
      />
      <Answered answer={answer}>
        {(overview) => (
          <Stack gap="md">
            <Warnings catalogue={overview.catalogue} />
            {overview.devices.total === 0 ? <NoDevices /> : <Fleet overview={overview} />}
          </Stack>
        )}
      </Answered>
    </>
  );
}

function Fleet({ overview }: { readonly overview: Overview }) {
  const { devices, topUpdates, patchAge, trend } = overview;
  const texts = useTexts();
  const isJudged = devices.assessed + devices.partlyAssessed > 0;
  return (
    <>
      <Judgement overview={overview} />
      <Figures overview={overview} />
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <TopUpdates
          title={texts.overview.topByDevices}
          none={isJudged ? texts.overview.topNone : texts.judged.none}
          updates={topUpdates.byDevices}
        />
        <TopUpdates
          title={texts.overview.topByExploited}
          none={isJudged ? texts.overview.topNoneExploited : texts.judged.none}
          updates={topUpdates.byExploited}
          sort="-exploited"
        />
        <PatchAge buckets={patchAge} />
        <Trend trend={trend} />
      </SimpleGrid>
    </>
  );
}
