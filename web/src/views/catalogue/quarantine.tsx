import { Button, Group, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { sendJson } from '../../api/client.ts';
import type { Quarantined } from '../../api/other-contract.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { Failed } from '../../parts/states.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import { useMay } from '../../use-session.ts';

interface Decision {
  readonly id: string;
  readonly decision: 'accept' | 'drop';
}

/** Documents that were not believed, each to be accepted or dropped by those who may. */
export function Quarantine({ documents }: { readonly documents: readonly Quarantined[] }) {
  const { catalogue: words } = useTexts();
  const formats = useFormats();
  const client = useQueryClient();
  const mayDecide = useMay('Catalogue.Write.All');
  const deciding = useMutation({
    mutationFn: async ({ id, decision }: Decision) =>
      await sendJson('POST', `/v1/catalogue/quarantine/${encodeURIComponent(id)}/${decision}`),
    onSuccess: async () => await client.invalidateQueries(),
  });
  const done = deciding.isSuccess ? deciding.variables : undefined;
  return (
    <Section title={words.quarantine} more={words.quarantineMore}>
      {deciding.isError && <Failed error={deciding.error} />}
      {done !== undefined && (
        <Text role="status" size="sm">
          {done.decision === 'accept' ? words.accepted(done.id) : words.dropped(done.id)}
        </Text>
      )}
      {documents.length === 0 ? (
        <Text size="sm">{words.quarantineNone}</Text>
      ) : (
        <PlainTable
          name={words.quarantine}
          rows={documents}
          keyOf={({ id, quarantinedAt }) => `${id} ${quarantinedAt}`}
          columns={[
            { label: words.document, cell: ({ id }) => id },
            { label: words.detail, cell: ({ reason }) => <span lang="en">{reason}</span> },
            { label: words.seen, cell: ({ quarantinedAt }) => formats.instant(quarantinedAt) },
            {
              label: words.decision,
              cell: ({ id }) =>
                mayDecide && (
                  <Group gap="xs" wrap="nowrap">
                    {(['accept', 'drop'] as const).map((decision) => (
                      <Button
                        key={decision}
                        size="compact-xs"
                        variant="default"
                        aria-label={decision === 'accept' ? words.acceptOf(id) : words.dropOf(id)}
                        loading={
                          deciding.isPending && deciding.variables.id === id && deciding.variables.decision === decision
                        }
                        disabled={deciding.isPending}
                        onClick={() => deciding.mutate({ id, decision })}
                      >
                        {words[decision]}
                      </Button>
                    ))}
                  </Group>
                ),
            },
          ]}
        />
      )}
    </Section>
  );
}
