import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { sendJson } from '../../api/client.ts';
import type { ApiClient } from '../../api/other-contract.ts';
import { Quiet } from '../../parts/marks.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { Failed } from '../../parts/states.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';

export function Clients({ clients }: { readonly clients: readonly ApiClient[] }) {
  const { access: words } = useTexts();
  const formats = useFormats();
  if (clients.length === 0)
    return (
      <Section title={words.clients}>
        <Text size="sm">{words.noClients}</Text>
      </Section>
    );
  return (
    <Section title={words.clients}>
      <PlainTable
        name={words.clients}
        tallest={420}
        rows={clients}
        keyOf={({ clientId }) => clientId}
        columns={[
          { label: words.client, cell: ({ name }) => name },
          { label: words.clientId, cell: ({ clientId }) => <code>{clientId}</code> },
          { label: words.roles, cell: ({ roles }) => roles.join(', ') },
          { label: words.groups, cell: ({ groups }) => groups?.join(', ') ?? <Quiet>{words.allDevices}</Quiet> },
          { label: words.created, cell: ({ createdAt }) => formats.instant(createdAt) },
          {
            label: words.state,
            cell: (client) =>
              client.revokedAt === null ? (
                <Revoke client={client} />
              ) : (
                <Quiet>
                  {words.revoked} {formats.instant(client.revokedAt)}
                </Quiet>
              ),
          },
        ]}
      />
    </Section>
  );
}

/** Asked once more: a revoked client does not come back. */
function Revoke({ client: { clientId, name } }: { readonly client: ApiClient }) {
  const { access: words, import: others } = useTexts();
  const queries = useQueryClient();
  const [isAsked, setAsked] = useState(false);
  const revoking = useMutation({
    mutationFn: async () => await sendJson('DELETE', `/v1/clients/${clientId}`),
    onSuccess: async () => await queries.invalidateQueries(),
  });
  if (revoking.isError) return <Failed error={revoking.error} />;
  if (!isAsked)
    return (
      <Button size="compact-xs" variant="default" aria-label={words.revokeOf(name)} onClick={() => setAsked(true)}>
        {words.revoke}
      </Button>
    );
  return (
    <Group gap="xs" role="alertdialog" aria-label={words.revokeSure(name)}>
      <span>{words.revokeSure(name)}</span>
      <Button size="compact-xs" color="red.9" autoFocus loading={revoking.isPending} onClick={() => revoking.mutate()}>
        {words.revoke}
      </Button>
      <Button size="compact-xs" variant="default" onClick={() => setAsked(false)}>
        {others.cancel}
      </Button>
    </Group>
  );
}
