import { Stack } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import type { DeviceDetail } from '../../api/device-contract.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answered.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { useTexts } from '../../texts/language-provider.tsx';
import { AskWhy } from './ask-why.tsx';
import { DeviceSummary } from './device-summary.tsx';
import { DeviceFactsSections } from './facts-sections.tsx';
import { History } from './history.tsx';
import { InstallList } from './install-list.tsx';
import { MissingList } from './missing-list.tsx';
import { NotJudged } from './not-judged.tsx';
import { Products } from './products.tsx';

/** One device: what to install and why, what could not be judged, and what is known of it from whom. */
export function DeviceView() {
  const texts = useTexts();
  const { id = '' } = useParams({ strict: false });
  const answer = useAnswer<DeviceDetail>(`/v1/devices/${encodeURIComponent(id)}`);
  return (
    <>
      <PageTitle
        title={answer.data === undefined ? id : (answer.data.name ?? texts.devices.unnamed)}
        more={answer.data?.os.name}
      />
      <Answered answer={answer}>
        {(device) => (
          <Stack gap="md">
            <DeviceSummary device={device} />
            <InstallList device={device} />
            <NotJudged device={device} />
            <AskWhy device={device} />
            <MissingList device={device} />
            <Products device={device} />
            <DeviceFactsSections device={device} />
            <History device={device} />
          </Stack>
        )}
      </Answered>
    </>
  );
}
