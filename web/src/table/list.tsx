import { Button, Group, Text } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import type { ReactNode } from 'react';
import { addressOf } from '../api/client.ts';
import type { Page } from '../api/contract.ts';
import { HttpError } from '../api/http-error.ts';
import { Empty, Failed, Loading } from '../parts/states.tsx';
import { useTexts } from '../texts/language-provider.tsx';
import { shownColumns } from './column.ts';
import type { Column } from './column.ts';
import { DataTable, rowHeight } from './data-table.tsx';
import { activeFilters, queryOf } from './filter.ts';
import type { Filter } from './filter.ts';
import { FilterBar } from './filter-bar.tsx';
import { ColumnMenu, ExportMenu } from './list-tools.tsx';
import { useListSearch } from './use-list-search.ts';
import { useRowWindow } from './use-row-window.ts';
import { useRows } from './use-rows.ts';

interface ListProps<Row, Answer extends Page<Row>> {
  /** Names the table. */
  readonly name: string;
  /** `10 devices` */
  readonly counted: (count: number) => string;
  readonly path: string;
  readonly columns: readonly Column<Row>[];
  readonly filters: readonly Filter[];
  /** Without it the server's own order stands, and there is nothing to export. */
  readonly usualSort?: string;
  readonly keyOf: (row: Row) => string;
  /** What the list says of itself beside the number of its rows. */
  readonly summary?: (answer: Answer, isFiltered: boolean) => ReactNode;
  /** Where the list is empty and no filter is the cause. */
  readonly empty: ReactNode;
  /** Stands before everything else, where the answer asks for it. */
  readonly notice?: (answer: Answer) => ReactNode;
}

/** A list of the server with its filters, columns, sort and export; all of them in the address. */
export function List<Row, Answer extends Page<Row>>(props: ListProps<Row, Answer>) {
  const { name, counted, path, columns, filters, usualSort, keyOf } = props;
  const texts = useTexts();
  const [search, change] = useListSearch();
  const sort = usualSort === undefined ? undefined : (search['sort'] ?? usualSort);
  const query = queryOf(filters, search, sort);
  const [total, setTotal] = useState(0);
  const window = useRowWindow(total, rowHeight, addressOf(path, query));
  const rows = useRows<Row, Answer>(path, query, window);
  const shown = useMemo(() => shownColumns(columns, search['cols']), [columns, search]);
  const found = rows.first?.total ?? 0;
  useEffect(() => setTotal(found), [found]);
  const isFiltered = activeFilters(filters, search).length > 0 || (search['q'] ?? '') !== '';

  return (
    <>
      {rows.first !== undefined && props.notice?.(rows.first)}
      <Group gap="xs" mb="xs" className="not-printed">
        <FilterBar filters={filters} search={search} change={change} />
        <Group gap="xs" ml="auto">
          <ColumnMenu columns={columns} shown={shown} onChange={(cols) => change({ cols })} />
          {usualSort !== undefined && <ExportMenu path={path} query={query} total={found} />}
        </Group>
      </Group>
      {rows.first !== undefined && (
        <Group gap="0 16px" mb={6} aria-live="polite">
          <Text size="sm" fw={600}>
            {counted(found)}
          </Text>
          {props.summary !== undefined && (
            <Text component="div" size="sm" c="dimmed">
              {props.summary(rows.first, isFiltered)}
            </Text>
          )}
        </Group>
      )}
      {rows.error !== null && (
        <Failed error={rows.error} retry={rows.retry}>
          {rows.error instanceof HttpError && rows.error.status === 400 && <Clear />}
        </Failed>
      )}
      {rows.isPending && <Loading />}
      {rows.error === null && rows.first !== undefined && found === 0 && (isFiltered ? <NoneFit /> : props.empty)}
      {rows.error === null && found > 0 && (
        <DataTable
          name={name}
          columns={shown}
          total={found}
          window={window}
          rowAt={rows.rowAt}
          keyOf={keyOf}
          sort={sort ?? ''}
          onSort={(next) => change({ sort: next === usualSort ? undefined : next })}
          isOld={rows.isOld}
        />
      )}
    </>
  );

  function NoneFit() {
    return (
      <Empty title={texts.states.noRows}>
        {texts.states.noRowsMore}
        <div style={{ marginTop: 8 }}>
          <Clear />
        </div>
      </Empty>
    );
  }

  /** The sort too: an address may have been typed. */
  function Clear() {
    const clear = Object.fromEntries([...filters.map(({ key }) => key), 'q', 'sort'].map((key) => [key, undefined]));
    return (
      <Button size="xs" variant="default" onClick={() => change(clear)}>
        {texts.states.clearFilters}
      </Button>
    );
  }
}
