import { Button, Group } from '@mantine/core';
import ChevronDown from 'lucide-react/icons/chevron-down';
import ChevronUp from 'lucide-react/icons/chevron-up';
import { useId, useState } from 'react';
import type { ReactNode } from 'react';
import type { Why } from '../../api/device-contract.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answered.tsx';
import { useTexts } from '../../texts/language-provider.tsx';
import type { WhySubject } from './why-subject.ts';
import { WhyText } from './why-text.tsx';

interface WhyButtonProps {
  readonly deviceId: string;
  readonly subject: WhySubject;
  readonly name: string;
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** Something said of a device, with the evidence one press away; it is asked for when it is wanted. */
export function WhyButton({ deviceId, subject, name, aside, children }: WhyButtonProps) {
  const texts = useTexts();
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const Chevron = isOpen ? ChevronUp : ChevronDown;
  return (
    <>
      <Group justify="space-between" gap="sm" align="start">
        <div style={{ flex: '1 1 260px', minWidth: 0 }}>{children}</div>
        <Group gap="md" fz="sm" className="not-printed">
          {aside}
          <Button
            size="xs"
            variant="default"
            aria-expanded={isOpen}
            aria-controls={id}
            aria-label={texts.devices.whyOf(name)}
            rightSection={<Chevron size={14} aria-hidden />}
            onClick={() => setOpen(!isOpen)}
          >
            {texts.devices.why}
          </Button>
        </Group>
      </Group>
      <div id={id} role="group" aria-label={texts.devices.whyOf(name)} hidden={!isOpen}>
        {isOpen && <AskedWhy deviceId={deviceId} subject={subject} />}
      </div>
    </>
  );
}

/** The evidence, as the server gives it. */
export function AskedWhy({ deviceId, subject }: Pick<WhyButtonProps, 'deviceId' | 'subject'>) {
  const answer = useAnswer<Why>(`/v1/devices/${deviceId}/why`, { ...subject });
  return <Answered answer={answer}>{(why) => <WhyText why={why} />}</Answered>;
}
