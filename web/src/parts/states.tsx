import { Alert, Button, Group, Loader, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { HttpError } from '../api/http-error.ts';
import type { Texts } from '../texts/en.ts';
import { useTexts } from '../texts/language-provider.tsx';
import { usePageTitle } from './page-title.tsx';
import styles from './states.module.css';

export function Loading() {
  const texts = useTexts();
  return (
    <Group justify="center" p="xl" role="status">
      <Loader size="sm" aria-hidden />
      <Text c="dimmed">{texts.states.loading}</Text>
    </Group>
  );
}

interface FailedProps {
  readonly error: Error;
  readonly retry?: () => void;
  /** What else can be done. */
  readonly children?: ReactNode;
}

/** Says what went wrong in the reader's words, and what the server said in its own. */
export function Failed({ error, retry, children }: FailedProps) {
  const texts = useTexts();
  return (
    <Alert color="red" variant="light" title={texts.states.failed} role="alert" className={styles.failed ?? ''}>
      <Stack gap="xs" align="start">
        <Text size="sm">{explain(error, texts)}</Text>
        {error instanceof HttpError && error.status !== 0 && (
          <Text size="xs" c="dimmed" lang="en">
            {error.code}: {error.message}
          </Text>
        )}
        <Group gap="xs">
          {retry !== undefined && (
            <Button size="xs" variant="default" onClick={retry}>
              {texts.states.retry}
            </Button>
          )}
          {children}
        </Group>
      </Stack>
    </Alert>
  );
}

function explain(error: Error, { states }: Texts): string {
  if (!(error instanceof HttpError)) return error.message;
  if (error.status === 0) return states.noConnection;
  if (error.status === 403) return states.forbidden;
  if (error.status === 400) return states.notUnderstood;
  return error.status === 404 ? states.missing : states.serverFailed;
}

interface EmptyProps {
  readonly title: string;
  readonly icon?: ReactNode;
  /** What it means, and what to do. */
  readonly children?: ReactNode;
}

/** Where a list would stand. */
export function Empty({ title, icon, children }: EmptyProps) {
  return (
    <div className={styles.empty}>
      {icon}
      <Text fw={600}>{title}</Text>
      {children !== undefined && (
        <Text component="div" size="sm" c="dimmed" maw={520}>
          {children}
        </Text>
      )}
    </div>
  );
}

export function NotFound() {
  const texts = useTexts();
  usePageTitle(texts.app.notFound);
  return (
    <Stack align="center" p="xl" gap="xs">
      <Title order={1} size="h3">
        {texts.app.notFound}
      </Title>
      <Text c="dimmed">{texts.app.notFoundMore}</Text>
      <Link to="/">{texts.app.toOverview}</Link>
    </Stack>
  );
}
