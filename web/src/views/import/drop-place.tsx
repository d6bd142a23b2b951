import { FileButton, Button, Text } from '@mantine/core';
import Upload from 'lucide-react/icons/upload';
import { useState } from 'react';
import type { DragEvent } from 'react';
import { useTexts } from '../../texts/language-provider.tsx';
import styles from './drop-place.module.css';

/** Where files are dropped, or chosen by who has no mouse. */
export function DropPlace({ onFiles }: { readonly onFiles: (files: readonly File[]) => void }) {
  const { import: words } = useTexts();
  const [isOver, setOver] = useState(false);
  const over = (isIn: boolean) => (event: DragEvent) => {
    event.preventDefault();
    setOver(isIn);
  };
  return (
    <div
      className={styles.place}
      data-over={isOver || undefined}
      onDragEnter={over(true)}
      onDragOver={over(true)}
      onDragLeave={over(false)}
      onDrop={(event) => {
        over(false)(event);
        onFiles([...event.dataTransfer.files]);
      }}
    >
      <Upload size={28} strokeWidth={1.5} aria-hidden />
      <Text fw={600}>{words.drop}</Text>
      <Text size="sm" c="dimmed">
        {words.dropOr}
      </Text>
      <FileButton multiple onChange={onFiles}>
        {(props) => (
          <Button variant="default" {...props}>
            {words.choose}
          </Button>
        )}
      </FileButton>
    </div>
  );
}
