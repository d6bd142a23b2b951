import { Alert, Button, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { sessionKey } from '../api/query-client.ts';
import { HttpError } from '../api/http-error.ts';
import { listProviders, signIn } from '../session.ts';
import { useTexts } from '../texts/language-provider.tsx';
import { usePageTitle } from '../parts/page-title.tsx';
import { LanguageMenu, ThemeMenu } from './preferences.tsx';
import styles from './sign-in.module.css';

/** With a client's id and secret, or by way of a provider. The address stays, so that one lands where one wanted to go. */
export function SignIn() {
  const texts = useTexts();
  const client = useQueryClient();
  usePageTitle(texts.signIn.title);
  const { data: providers = [] } = useQuery({ queryKey: ['providers'], queryFn: listProviders });
  const signing = useMutation({
    mutationFn: async (form: FormData) => await signIn(textOf(form, 'client_id'), textOf(form, 'client_secret')),
    onSuccess: (session) => client.setQueryData(sessionKey, session),
  });
  return (
    <div className={styles.ground}>
      <Group gap={4} className={styles.preferences ?? ''}>
        <LanguageMenu />
        <ThemeMenu />
      </Group>
      <Paper component="main" className={styles.card ?? ''}>
        <Stack gap="md">
          <Group gap="sm">
            <img src="/icon.svg" alt="" width={36} height={36} />
            <Title order={1} size="h3">
              {texts.signIn.title} · kbgap
            </Title>
          </Group>
          <Text size="sm" c="dimmed">
            {texts.signIn.intro}
          </Text>
          {signing.isError && <Alert color="red" role="alert" title={problemOf(signing.error, texts.signIn.refused)} />}
          <form
            onSubmit={(event) => {
              event.preventDefault();
              signing.mutate(new FormData(event.currentTarget));
            }}
          >
            <Stack gap="sm">
              <TextInput
                name="client_id"
                label={texts.signIn.clientId}
                required
                withAsterisk={false}
                autoComplete="username"
                spellCheck={false}
              />
              <PasswordInput
                name="client_secret"
                label={texts.signIn.clientSecret}
                required
                withAsterisk={false}
                autoComplete="current-password"
              />
              <Button type="submit" loading={signing.isPending} mt="xs">
                {texts.signIn.submit}
              </Button>
            </Stack>
          </form>
          {providers.map(({ name, start }) => (
            <Button key={start} component="a" href={start} variant="default">
              {texts.signIn.with(name)}
            </Button>
          ))}
        </Stack>
      </Paper>
    </div>
  );
}

function textOf(form: FormData, name: string): string {
  const value = form.get(name);
  return typeof value === 'string' ? value.trim() : '';
}

function problemOf(error: Error, refused: string): string {
  return error instanceof HttpError && (error.status === 401 || error.status === 400) ? refused : error.message;
}
