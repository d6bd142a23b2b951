import { Text } from '@mantine/core';
import type { ImportPreview } from '../../api/other-contract.ts';
import { PlainTable } from '../../parts/plain-table.tsx';
import styles from './refusals.module.css';
import { useTexts } from '../../texts/language-provider.tsx';

/** What was not taken, and why. */
export function Refusals({ refused, total }: { readonly refused: ImportPreview['refused']; readonly total: number }) {
  const { import: words } = useTexts();
  if (refused.length === 0) return null;
  return (
    <>
      <Text size="sm" fw={600} mt="md">
        {words.refused}
      </Text>
      <PlainTable
        name={words.refused}
        tallest={320}
        rows={refused}
        keyOf={(_refused, index) => String(index)}
        columns={[
          { label: words.file, cell: ({ file }) => <span className={styles.text}>{file}</span> },
          {
            label: words.reason,
            cell: ({ message }) => (
              <span lang="en" className={styles.text}>
                {message}
              </span>
            ),
          },
        ]}
      />
      {refused.length < total && (
        <Text size="sm" c="dimmed">
          {words.cut(refused.length, total)}
        </Text>
      )}
    </>
  );
}
