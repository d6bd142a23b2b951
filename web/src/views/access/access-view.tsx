import { Stack, Text } from '@mantine/core';
import { useAnswer } from '../../api/queries.ts';
import type { ApiClients, AuditEntry, TokenKeys } from '../../api/other-contract.ts';
import { Answered } from '../../parts/answered.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import { Empty } from '../../parts/states.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import { useMay } from '../../use-session.ts';
import { Clients } from './clients.tsx';
import { NewClient } from './new-client.tsx';

const secondsAMinute = 60;

/** Who may ask this tenant's data, and who did what in it; for those with the role. */
export function AccessView() {
  const { access: words } = useTexts();
  const mayManage = useMay('Client.ReadWrite.All');
  const mayAudit = useMay('Audit.Read.All');
  return (
    <>
      <PageTitle title={words.title} />
      <Stack gap="md">
        {mayManage ? <Managed /> : <Empty title={words.forbidden} />}
        {mayAudit && <Audit />}
      </Stack>
    </>
  );
}

function Managed() {
  const clients = useAnswer<ApiClients>('/v1/clients');
  const tokens = useAnswer<TokenKeys>('/v1/tokens');
  return (
    <>
      <Answered answer={clients}>
        {(known) => (
          <>
            <Clients clients={known.clients} />
            <NewClient known={known} />
          </>
        )}
      </Answered>
      {tokens.data !== undefined && <Tokens tokens={tokens.data} />}
    </>
  );
}

function Tokens({ tokens: { lifetimeSeconds, keys } }: { readonly tokens: TokenKeys }) {
  const { access: words } = useTexts();
  const formats = useFormats();
  return (
    <Section title={words.tokens} more={words.tokensMore(Math.round(lifetimeSeconds / secondsAMinute))}>
      <PlainTable
        name={words.tokens}
        rows={keys}
        keyOf={({ kid }) => kid}
        columns={[
          { label: words.key, cell: ({ kid }) => <code>{kid}</code> },
          { label: words.created, cell: ({ createdAt }) => formats.instant(createdAt) },
          { label: words.state, cell: ({ signs }) => (signs ? words.signs : words.honoured) },
        ]}
      />
    </Section>
  );
}

const auditLines = 1000;

function Audit() {
  const { access: words, states } = useTexts();
  const formats = useFormats();
  const answer = useAnswer<{ readonly entries: readonly AuditEntry[] }>('/v1/audit', { top: auditLines });
  return (
    <Section title={words.audit}>
      <Answered answer={answer}>
        {({ entries }) =>
          entries.length === 0 ? (
            <Text size="sm">{states.none}</Text>
          ) : (
            <PlainTable
              name={words.audit}
              tallest={420}
              rows={entries.toReversed()}
              keyOf={(_entry, index) => String(index)}
              columns={[
                { label: words.at, cell: ({ at }) => formats.instant(at) },
                { label: words.actor, cell: ({ actor }) => <code>{actor}</code> },
                { label: words.action, cell: ({ action }) => <code>{action}</code> },
                { label: words.subject, cell: ({ subject }) => subject && <code>{subject}</code> },
              ]}
            />
          )
        }
      </Answered>
    </Section>
  );
}
