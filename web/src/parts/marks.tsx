import { Badge, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import CircleCheck from 'lucide-react/icons/circle-check';
import CircleDashed from 'lucide-react/icons/circle-dashed';
import CircleHelp from 'lucide-react/icons/circle-question-mark';
import CircleX from 'lucide-react/icons/circle-x';
import Flame from 'lucide-react/icons/flame';
import type { ReactNode } from 'react';
import type { Coverage, Servicing, Severity, Verdict } from '../api/contract.ts';
import { useFormats, useTexts } from '../texts/language-provider.tsx';
import styles from './marks.module.css';

type Tone = 'good' | 'warning' | 'danger' | 'none';

/** A word with a sign before it: the colour never says it alone. */
function Mark({
  tone,
  icon,
  children,
}: {
  readonly tone: Tone;
  readonly icon: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <span className={styles.mark} data-tone={tone}>
      {icon}
      <span className={styles.word}>{children}</span>
    </span>
  );
}

const size = 15;
const coverageTones: Readonly<Record<Coverage, Tone>> = {
  assessed: 'good',
  'partly-assessed': 'warning',
  'not-assessed': 'none',
};
const coverageIcons: Readonly<Record<Coverage, ReactNode>> = {
  assessed: <CircleCheck size={size} aria-hidden />,
  'partly-assessed': <CircleDashed size={size} aria-hidden />,
  'not-assessed': <CircleHelp size={size} aria-hidden />,
};

export function CoverageMark({ coverage }: { readonly coverage: Coverage }) {
  const texts = useTexts();
  return (
    <Mark tone={coverageTones[coverage]} icon={coverageIcons[coverage]}>
      {texts.coverage[coverage]}
    </Mark>
  );
}

const verdictTones: Readonly<Record<Verdict, Tone>> = {
  missing: 'danger',
  remediated: 'good',
  undetermined: 'warning',
  'not-applicable': 'none',
};
const verdictIcons: Readonly<Record<Verdict, ReactNode>> = {
  missing: <CircleX size={size} aria-hidden />,
  remediated: <CircleCheck size={size} aria-hidden />,
  undetermined: <CircleHelp size={size} aria-hidden />,
  'not-applicable': <CircleDashed size={size} aria-hidden />,
};

export function VerdictMark({ verdict }: { readonly verdict: Verdict }) {
  const texts = useTexts();
  return (
    <Mark tone={verdictTones[verdict]} icon={verdictIcons[verdict]}>
      {texts.verdicts[verdict]}
    </Mark>
  );
}

const servicingTones: Readonly<Record<Servicing, Tone>> = {
  supported: 'none',
  esu: 'warning',
  'end-of-servicing': 'danger',
};

export function ServicingMark({ servicing }: { readonly servicing: Servicing | null }) {
  const texts = useTexts();
  if (servicing === null) return <Quiet>{texts.states.unknown}</Quiet>;
  return (
    <span className={styles.mark} data-tone={servicingTones[servicing]}>
      <span className={styles.word}>{texts.servicing[servicing]}</span>
    </span>
  );
}

export function SeverityMark({ severity }: { readonly severity: Severity | null }) {
  const texts = useTexts();
  if (severity === null) return <Quiet>–</Quiet>;
  return (
    <span className={styles.severity} data-severity={severity}>
      {texts.severities[severity]}
    </span>
  );
}

/** Of a number of exploited CVEs: stands out only where there are any. */
export function ExploitedCount({ count }: { readonly count: number }) {
  const texts = useTexts();
  const formats = useFormats();
  if (count === 0) return <Quiet>0</Quiet>;
  return (
    <span className={styles.mark} data-tone="danger" title={texts.exploitedMore}>
      <Flame size={14} aria-hidden />
      <span>{formats.number(count)}</span>
    </span>
  );
}

export function ExploitedBadge() {
  const texts = useTexts();
  return (
    <Badge
      color="red.9"
      radius="sm"
      size="sm"
      tt="none"
      leftSection={<Flame size={11} aria-hidden />}
      title={texts.exploitedMore}
    >
      {texts.exploited}
    </Badge>
  );
}

/** A number that says nothing where it is 0. */
export function Count({ value }: { readonly value: number }) {
  const formats = useFormats();
  return value === 0 ? <Quiet>0</Quiet> : <span>{formats.number(value)}</span>;
}

export function Quiet({ children }: { readonly children: ReactNode }) {
  return <span className={styles.quiet}>{children}</span>;
}

/** Each leads to the devices that have it. */
export function Tags({ tags }: { readonly tags: readonly string[] }) {
  return (
    <Group gap={4} wrap="nowrap">
      {tags.map((tag) => (
        <Link key={tag} to="/devices" search={{ tag } as never} className={styles.tag}>
          {tag}
        </Link>
      ))}
    </Group>
  );
}
