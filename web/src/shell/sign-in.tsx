import { Alert, Button, Group, Paper, PasswordInput, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { addressOf } from '../api/client.ts';
import { sessionKey } from '../api/query-client.ts';
import { HttpError } from '../api/http-error.ts';
import { listProviders, signIn } from '../session.ts';
import type { Texts } from '../texts/en.ts';
import { useTexts } from '../texts/language-provider.tsx';
import type { UrlSearch } from '../url-search.ts';
import { usePageTitle } from '../parts/page-title.tsx';
import { LanguageMenu, ThemeMenu } from './preferences.tsx';
import styles from './sign-in.module.css';

/** With a client's id and secret, or by way of a provider. The address stays, so that one lands where one wanted to go. */
export function SignIn() {
  const texts = useTexts();
  const client = useQueryClient();
  usePageTitle(texts.signIn.title);
  const address = useLocation({
    select: ({ pathname, searchStr, search }) => ({ pathname, searchStr, search: search as UrlSearch }),
  });
  const cameBack = failureOf(address.search['failed'], texts);
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
          {signing.isError && <Alert color="red" role="alert" title={problemOf(signing.error, texts)} />}
          {cameBack !== undefined && !signing.isError && <Alert color="red" role="alert" title={cameBack} />}
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
          {providers.map(({ id, name, start }) => (
            <Button key={id} component="a" href={addressOf(start, { back: backOf(address) })} variant="default">
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

function problemOf(error: Error, { signIn: words }: Texts): string {
  if (!(error instanceof HttpError)) return error.message;
  if (error.status === 429) return words.tooMany;
  return error.status === 401 || error.status === 400 ? words.refused : error.message;
}

/** Why a link or a provider led back here. */
function failureOf(failed: string | undefined, { signIn: words }: Texts): string | undefined {
  return Object.entries(words.failed).find(([why]) => why === failed)?.[1];
}

/** Where a provider is to lead back to: where one wanted to go. */
function backOf({ pathname, searchStr }: { readonly pathname: string; readonly searchStr: string }): string {
  return pathname === '/sign-in' ? '/' : `${pathname}${searchStr}`;
}
