import { Alert, Group } from '@mantine/core';
import RotateCw from 'lucide-react/icons/rotate-cw';
import type { ReactNode } from 'react';
import type { DeviceDetail } from '../../api/device-contract.ts';
import { CoverageMark, ExploitedCount, Quiet, ServicingMark, Tags } from '../../parts/marks.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import type { Formats } from '../../texts/formats.ts';
import type { Texts } from '../../texts/en.ts';
import styles from './device-summary.module.css';

/** The device in one strip: how well judged, at which level, and how much it lacks. */
export function DeviceSummary({ device }: { readonly device: DeviceDetail }) {
  const texts = useTexts();
  const formats = useFormats();
  const words = texts.devices;
  const isJudged = device.coverage !== 'not-assessed';
  return (
    <>
      {device.restartPending && (
        <Alert
          variant="default"
          bg="var(--page-surface)"
          role="note"
          icon={<RotateCw size={18} aria-hidden />}
          title={words.restartDue}
        >
          {device.installedRebootNeeded.length > 0 && device.installedRebootNeeded.map((kb) => `KB${kb}`).join(', ')}
        </Alert>
      )}
      <dl className={styles.strip}>
        <Fact name={words.coverage}>
          <CoverageMark coverage={device.coverage} />
        </Fact>
        <Fact name={words.build} more={levelText(device, texts, formats)}>
          {device.build ?? <Quiet>{texts.states.unknown}</Quiet>}
        </Fact>
        <Fact name={words.install}>{isJudged ? formats.number(device.install) : '–'}</Fact>
        <Fact name={words.cves}>{isJudged ? formats.number(device.openCves) : '–'}</Fact>
        <Fact name={words.exploited}>{isJudged ? <ExploitedCount count={device.exploitedCves} /> : '–'}</Fact>
        <Fact name={words.servicing} isWide more={lifecycleText(device, texts, formats)}>
          <ServicingMark servicing={device.servicing} />
        </Fact>
        <Fact name={words.reported} more={device.stale ? words.silent : ''}>
          {formats.instant(device.reportedAt)}
        </Fact>
        <Fact name={words.version}>
          {[device.os.version, device.os.architecture, device.os.installationType].filter(Boolean).join(' · ')}
        </Fact>
        {device.tags.length > 0 && (
          <Fact name={words.tags}>
            <Group gap={4}>
              <Tags tags={device.tags} />
            </Group>
          </Fact>
        )}
      </dl>
    </>
  );
}

interface FactProps {
  readonly name: string;
  readonly more?: string;
  readonly isWide?: boolean;
  readonly children: ReactNode;
}

function Fact({ name, more = '', isWide = false, children }: FactProps) {
  return (
    <div className={styles.fact} data-wide={isWide || undefined}>
      <dt>{name}</dt>
      <dd>
        {children}
        {more !== '' && <div className={styles.more}>{more}</div>}
      </dd>
    </div>
  );
}

function levelText(
  { daysBehind, monthsBehind, newestBuild }: DeviceDetail,
  { devices }: Texts,
  formats: Formats,
): string {
  if (daysBehind === null) return '';
  if (daysBehind === 0) return devices.newestNow;
  const months = monthsBehind === null || monthsBehind === 0 ? [] : [devices.monthsBehind(monthsBehind)];
  return formats.list([
    devices.daysBehind(daysBehind),
    ...months,
    ...(newestBuild === null ? [] : [`→ ${newestBuild}`]),
  ]);
}

function lifecycleText({ lifecycle }: DeviceDetail, { devices }: Texts, formats: Formats): string {
  const channels = lifecycle?.channels ?? [];
  return channels
    .flatMap(({ channel, end, esuEnd }) => [
      ...(end === null ? [] : [devices.ends(channel, formats.day(end))]),
      ...(esuEnd === null ? [] : [devices.esuUntil(formats.day(esuEnd))]),
    ])
    .join('\n');
}
