import { Stack, Text } from '@mantine/core';
import { useState } from 'react';
import { PageTitle } from '../../parts/page-title.tsx';
import { Empty } from '../../parts/states.tsx';
import { useTexts } from '../../texts/language-provider.tsx';
import { useMay } from '../../use-session.ts';
import { DropPlace } from './drop-place.tsx';
import { FileImport } from './file-import.tsx';

interface Taken {
  readonly key: number;
  readonly file: File;
}

/** Files in, what was understood of each, and stored only when one says so. */
export function ImportView() {
  const texts = useTexts();
  const mayImport = useMay('Report.Write.All');
  const [taken, setTaken] = useState<readonly Taken[]>([]);
  const take = (files: readonly File[]): void =>
    setTaken((before) => [...files.map((file, n) => ({ key: before.length + n, file })).toReversed(), ...before]);
  return (
    <>
      <PageTitle title={texts.import.title} />
      {mayImport ? (
        <Stack gap="md">
          <Text size="sm" maw={760}>
            {texts.import.intro}
          </Text>
          <DropPlace onFiles={take} />
          {taken.map(({ key, file }) => (
            <FileImport
              key={key}
              file={file}
              onRemove={() => setTaken((all) => all.filter((each) => each.key !== key))}
            />
          ))}
        </Stack>
      ) : (
        <Empty title={texts.import.forbidden} />
      )}
    </>
  );
}
