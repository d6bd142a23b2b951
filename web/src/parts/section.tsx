import { Group, Paper, Text, Title } from '@mantine/core';
import { useId } from 'react';
import type { ReactNode } from 'react';
import styles from './section.module.css';

interface SectionProps {
  readonly title: string;
  readonly more?: ReactNode;
  /** At the end of the heading's line. */
  readonly aside?: ReactNode;
  readonly children: ReactNode;
}

/** One thing that a view tells, under a heading of its own. */
export function Section({ title, more, aside, children }: SectionProps) {
  const id = useId();
  return (
    <Paper component="section" aria-labelledby={id} className={styles.section ?? ''}>
      <Group justify="space-between" gap="xs" mb={more === undefined ? 'sm' : 2} wrap="nowrap" align="baseline">
        <Title order={2} size="h5" id={id} className={styles.title ?? ''}>
          {title}
        </Title>
        {aside !== undefined && <div className={styles.aside}>{aside}</div>}
      </Group>
      {more !== undefined && (
        <Text component="div" size="sm" c="dimmed" mb="sm">
          {more}
        </Text>
      )}
      {children}
    </Paper>
  );
}
