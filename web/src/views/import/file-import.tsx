import { Button, Group, Progress, Text, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { addressOf } from '../../api/client.ts';
import type { ImportOutcome, ImportPreview } from '../../api/other-contract.ts';
import { sendFile } from '../../api/send-file.ts';
import { ListLink } from '../../parts/links.tsx';
import { Section } from '../../parts/section.tsx';
import { Failed } from '../../parts/states.tsx';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import { Preview } from './preview.tsx';
import { Refusals } from './refusals.tsx';

interface FileImportProps {
  readonly file: File;
  readonly onRemove: () => void;
}

/** One file on its way: read, shown, and stored when one says so. */
export function FileImport({ file, onRemove }: FileImportProps) {
  const { import: words } = useTexts();
  const client = useQueryClient();
  const [name, setName] = useState('');
  const [share, setShare] = useState(0);
  const given = { fileName: file.name, name: name.trim() };
  const reading = useMutation({
    mutationFn: async () => await sendFile<ImportPreview>(addressOf('/v1/import/preview', given), file, setShare),
  });
  const storing = useMutation({
    mutationFn: async () => await sendFile<ImportOutcome>(addressOf('/v1/import', given), file, setShare),
    onSuccess: async () => await client.invalidateQueries(),
  });
  const { mutate: read } = reading;
  useEffect(() => read(), [read]);
  const preview = reading.data;
  const isBusy = reading.isPending || storing.isPending;

  return (
    <Section
      title={file.name}
      aside={
        <Button
          size="compact-xs"
          variant="subtle"
          disabled={storing.isPending}
          onClick={onRemove}
          aria-label={`${words.remove}: ${file.name}`}
        >
          {words.remove}
        </Button>
      }
    >
      {isBusy && (
        <Sending text={storing.isPending ? words.storing(file.name) : words.reading(file.name)} share={share} />
      )}
      {reading.isError && <Failed error={reading.error} retry={() => reading.mutate()} />}
      {storing.isError && <Failed error={storing.error} retry={() => storing.mutate()} />}
      {storing.data !== undefined && <Stored outcome={storing.data} />}
      {preview !== undefined && storing.data === undefined && !isBusy && (
        <>
          <Preview preview={preview} />
          {preview.hostsTotal === 1 && preview.hosts[0]?.name === null && (
            <Group align="end" mt="sm">
              <TextInput
                size="xs"
                label={words.nameIt}
                description={words.nameItMore}
                value={name}
                onChange={({ currentTarget }) => setName(currentTarget.value)}
              />
              <Button size="xs" variant="default" disabled={name.trim() === ''} onClick={() => reading.mutate()}>
                {words.again}
              </Button>
            </Group>
          )}
          {preview.hostsTotal > 0 && (
            <Button mt="md" onClick={() => storing.mutate()}>
              {words.store(preview.hostsTotal)}
            </Button>
          )}
        </>
      )}
    </Section>
  );
}

function Sending({ text, share }: { readonly text: string; readonly share: number }) {
  const { import: words } = useTexts();
  const formats = useFormats();
  return (
    <div role="status">
      <Text size="sm" mb={4}>
        {text} {share < 1 && words.sent(formats.share(share))}
      </Text>
      <Progress value={share * 100} size="sm" animated={share >= 1} aria-label={text} />
    </div>
  );
}

function Stored({ outcome }: { readonly outcome: ImportOutcome }) {
  const { import: words } = useTexts();
  return (
    <>
      <Group gap="md" role="status" mb="xs">
        <Text fw={600}>{words.stored(outcome.hostsTotal)}</Text>
        <ListLink to="/devices" search={{ sort: '-reportedAt' }}>
          {words.toDevices}
        </ListLink>
      </Group>
      <Refusals refused={outcome.refused} total={outcome.refusedTotal} />
    </>
  );
}
