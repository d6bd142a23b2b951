import { Group, Text } from '@mantine/core';
import CircleCheck from 'lucide-react/icons/circle-check';
import CircleHelp from 'lucide-react/icons/circle-question-mark';
import type { DeviceDetail } from '../../api/device-contract.ts';
import { AwayLink, KbLink } from '../../parts/links.tsx';
import { ExploitedBadge, Quiet, SeverityMark } from '../../parts/marks.tsx';
import { Section } from '../../parts/section.tsx';
import { Empty } from '../../parts/states.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import styles from './install-list.module.css';
import { WhyButton } from './why-button.tsx';

/** What to install, each with the older ones that it makes needless. */
export function InstallList({ device }: { readonly device: DeviceDetail }) {
  const texts = useTexts();
  const words = texts.devices;
  return (
    <Section title={words.installTitle}>
      {device.toInstall.length === 0 && <NothingToInstall device={device} />}
      <ul className={styles.list}>
        {device.toInstall.map((update) => (
          <li key={update.kb} className={styles.item}>
            <Install deviceId={device.deviceId} update={update} />
          </li>
        ))}
      </ul>
    </Section>
  );
}

interface InstallProps {
  readonly deviceId: string;
  readonly update: DeviceDetail['toInstall'][number];
}

function Install({ deviceId, update }: InstallProps) {
  const texts = useTexts();
  const formats = useFormats();
  const words = texts.devices;
  const { kb, name, kind, cves, replaces, severity, exploited, msrcExploited, productsNames, restartRequired } = update;
  const more = [
    kind && texts.kinds[kind],
    productsNames.join(', '),
    words.fixesOpen(cves.length),
    restartRequired && texts.restarts[restartRequired],
  ];
  return (
    <WhyButton
      deviceId={deviceId}
      subject={{ kb }}
      name={`KB${kb}`}
      aside={
        <AwayLink href={`https://www.catalog.update.microsoft.com/Search.aspx?q=KB${kb}`}>
          {texts.updates.download}
        </AwayLink>
      }
    >
      <Group gap="xs">
        <Text fw={650} span>
          <KbLink kb={kb} />
        </Text>
        <Text size="sm" span>
          {name}
        </Text>
        <Text size="sm" span>
          <SeverityMark severity={severity} />
        </Text>
        {(exploited === true || msrcExploited === true) && <ExploitedBadge />}
      </Group>
      <Text size="sm" c="dimmed">
        {more.filter(Boolean).join(' · ')}
      </Text>
      {replaces.length > 0 && (
        <Text size="sm">
          <Quiet>{words.replaces(formats.list(replaces.map((each) => `KB${each}`)))}</Quiet>
        </Text>
      )}
    </WhyButton>
  );
}

/** An empty list has three meanings, and never goes without saying which. */
function NothingToInstall({ device: { coverage, reasons } }: { readonly device: DeviceDetail }) {
  const texts = useTexts();
  const words = texts.devices;
  if (coverage === 'not-assessed')
    return (
      <Empty title={texts.judged.nothingJudged} icon={<CircleHelp size={28} color="var(--page-quiet)" aria-hidden />}>
        {words.installNoneNot} {reasons.map((reason) => texts.reasons[reason]).join(', ')}
      </Empty>
    );
  return (
    <Empty title={words.installNone} icon={<CircleCheck size={28} color="var(--page-good)" aria-hidden />}>
      {coverage === 'assessed' ? words.installNoneJudged : words.installNonePartly}
    </Empty>
  );
}
