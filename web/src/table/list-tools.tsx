import { Button, Checkbox, Menu, Popover, Stack } from '@mantine/core';
import Columns3 from 'lucide-react/icons/columns-3';
import Download from 'lucide-react/icons/download';
import { addressOf } from '../api/client.ts';
import type { Query } from '../api/client.ts';
import { useTexts } from '../texts/language-provider.tsx';
import type { Column } from './column.ts';

interface ColumnMenuProps<Row> {
  readonly columns: readonly Column<Row>[];
  readonly shown: readonly Column<Row>[];
  readonly onChange: (ids: string | undefined) => void;
}

/** Which columns stand in the list; the first always does. */
export function ColumnMenu<Row>({ columns, shown, onChange }: ColumnMenuProps<Row>) {
  const texts = useTexts();
  const ids = new Set(shown.map(({ id }) => id));
  const toggle = (id: string): void => {
    const wanted = columns.filter((column) => (column.id === id ? !ids.has(id) : ids.has(column.id)));
    onChange(wanted.map((column) => column.id).join(','));
  };
  return (
    <Popover position="bottom-end" trapFocus withinPortal={false}>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<Columns3 size={14} aria-hidden />}>
          {texts.list.columns}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={texts.list.columns} mah="60dvh" style={{ overflowY: 'auto' }}>
        <Stack gap={8} align="start">
          {columns.map(({ id, label }, index) => (
            <Checkbox
              key={id}
              size="xs"
              label={label}
              checked={ids.has(id)}
              disabled={index === 0}
              onChange={() => toggle(id)}
            />
          ))}
          <Button size="compact-xs" variant="subtle" onClick={() => onChange(undefined)}>
            {texts.list.resetColumns}
          </Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

interface ExportMenuProps {
  readonly path: string;
  readonly query: Query;
  readonly total: number;
}

/** So many rows the server writes into a workbook; CSV has no limit. */
const mostSheetRows = 100_000;

/** All rows that fit, as the server writes them. */
export function ExportMenu({ path, query, total }: ExportMenuProps) {
  const texts = useTexts();
  const item = (format: string, label: string) => (
    <Menu.Item component="a" href={addressOf(path, { ...query, format })} download>
      {label}
    </Menu.Item>
  );
  return (
    <Menu position="bottom-end" withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <Button size="xs" variant="default" leftSection={<Download size={14} aria-hidden />}>
          {texts.list.export}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {item('csv', texts.list.exportCsv)}
        {total > mostSheetRows ? (
          <Menu.Item disabled>{texts.list.exportTooMany(mostSheetRows)}</Menu.Item>
        ) : (
          item('xlsx', texts.list.exportXlsx)
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
