import { Group, Text, Title } from '@mantine/core';
import { useEffect } from 'react';
import type { ReactNode } from 'react';

interface PageTitleProps {
  readonly title: string;
  /** One quiet line below. */
  readonly more?: ReactNode;
  readonly children?: ReactNode;
}

/** The view's heading, and what is done with the view at its end. */
export function PageTitle({ title, more, children }: PageTitleProps) {
  usePageTitle(title);
  return (
    <Group justify="space-between" align="end" mb="md" gap="sm">
      <div style={{ minWidth: 0 }}>
        <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {more !== undefined && (
          <Text component="div" c="dimmed" size="sm" mt={2}>
            {more}
          </Text>
        )}
      </div>
      {children}
    </Group>
  );
}

/** What tab and history say. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · kbgap`;
  }, [title]);
}
