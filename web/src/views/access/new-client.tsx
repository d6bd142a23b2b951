import { Button, Checkbox, CopyButton, Group, Stack, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { sendJson } from '../../api/client.ts';
import type { ApiClients, NewClient as Made } from '../../api/other-contract.ts';
import { Fields } from '../../parts/fields.tsx';
import { Section } from '../../parts/section.tsx';
import { Failed } from '../../parts/states.tsx';
import { useTexts } from '../../texts/language-provider.tsx';

interface Wanted {
  readonly name: string;
  readonly roles: readonly string[];
  readonly groups: readonly string[] | null;
}

/** A form for a client; its secret is shown once, and is gone when one says that one has it. */
export function NewClient({ known }: { readonly known: ApiClients }) {
  const { access: words } = useTexts();
  const queries = useQueryClient();
  const creating = useMutation({
    mutationFn: async (wanted: Wanted) => await sendJson<Made>('POST', '/v1/clients', wanted),
    onSuccess: async () => await queries.invalidateQueries({ queryKey: ['/v1/clients'] }),
  });
  if (creating.isSuccess) return <Secret name={creating.variables.name} made={creating.data} onDone={creating.reset} />;
  return (
    <Section title={words.create}>
      {creating.isError && <Failed error={creating.error} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          creating.mutate(wantedOf(new FormData(event.currentTarget)));
        }}
      >
        <Stack gap="sm" align="start">
          <TextInput
            name="name"
            label={words.name}
            description={words.nameMore}
            required
            withAsterisk={false}
            maxLength={100}
          />
          <Choices name="roles" label={words.roles} more={words.rolesMore} values={known.roles} />
          {known.groups.length > 0 && (
            <Choices name="groups" label={words.groups} more={words.allDevices} values={known.groups} />
          )}
          <Button type="submit" loading={creating.isPending}>
            {words.createNow}
          </Button>
        </Stack>
      </form>
    </Section>
  );
}

function wantedOf(form: FormData): Wanted {
  const texts = (name: string): readonly string[] => form.getAll(name).filter((value) => typeof value === 'string');
  const groups = texts('groups');
  return { name: texts('name')[0]?.trim() ?? '', roles: texts('roles'), groups: groups.length === 0 ? null : groups };
}

interface ChoicesProps {
  readonly name: string;
  readonly label: string;
  readonly more: string;
  readonly values: readonly string[];
}

function Choices({ name, label, more, values }: ChoicesProps) {
  return (
    <Checkbox.Group label={label} description={more}>
      <Group gap="md" mt={6}>
        {values.map((value) => (
          <Checkbox key={value} name={name} value={value} label={value} size="xs" />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

interface SecretProps {
  readonly name: string;
  readonly made: Made;
  readonly onDone: () => void;
}

function Secret({ name, made, onDone }: SecretProps) {
  const { access: words } = useTexts();
  return (
    <Section title={words.secretTitle(name)} more={words.secretMore}>
      <div role="status">
        <Fields
          fields={[
            [words.tenantId, <Copied key="tenant" value={made.tenantId} />],
            [words.clientId, <Copied key="client" value={made.clientId} />],
            [words.secret, <Copied key="secret" value={made.clientSecret} />],
          ]}
        />
      </div>
      <Button mt="sm" variant="default" onClick={onDone}>
        {words.done}
      </Button>
    </Section>
  );
}

function Copied({ value }: { readonly value: string }) {
  const { access: words } = useTexts();
  return (
    <Group gap="xs">
      <code>{value}</code>
      <CopyButton value={value}>
        {({ copied, copy }) => (
          <Button size="compact-xs" variant="subtle" onClick={copy}>
            {copied ? words.copied : words.copy}
          </Button>
        )}
      </CopyButton>
    </Group>
  );
}
