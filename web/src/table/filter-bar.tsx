import { Button, Group, NativeSelect, Pill, Popover, Stack, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import ListFilter from 'lucide-react/icons/list-filter';
import { useEffect, useState } from 'react';
import { useTexts } from '../texts/language-provider.tsx';
import type { UrlSearch } from '../url-search.ts';
import { activeFilters } from './filter.ts';
import type { Filter } from './filter.ts';

interface FilterBarProps {
  readonly filters: readonly Filter[];
  readonly search: UrlSearch;
  readonly change: (change: UrlSearch) => void;
}

const waitMs = 200;

/** Text, a choice of filters, and those that are on, each with a way to take it off. */
export function FilterBar({ filters, search, change }: FilterBarProps) {
  const texts = useTexts();
  const active = activeFilters(filters, search);
  return (
    <>
      <TextFilter value={search['q'] ?? ''} onChange={(q) => change({ q })} />
      <FilterMenu filters={filters} search={search} change={change} count={active.length} />
      {active.length > 0 && (
        <Pill.Group>
          {active.map(({ key, text }) => (
            <Pill
              key={key}
              size="md"
              withRemoveButton
              onRemove={() => change({ [key]: undefined })}
              removeButtonProps={{ 'aria-label': texts.list.remove(text), 'aria-hidden': false, tabIndex: 0 }}
            >
              {text}
            </Pill>
          ))}
        </Pill.Group>
      )}
    </>
  );
}

function TextFilter({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const texts = useTexts();
  const [typed, setTyped] = useState(value);
  const tell = useDebouncedCallback(onChange, waitMs);
  useEffect(() => setTyped(value), [value]);
  return (
    <TextInput
      type="search"
      size="xs"
      w={{ base: '100%', xs: 200 }}
      aria-label={texts.list.find}
      placeholder={texts.list.find}
      spellCheck={false}
      value={typed}
      onChange={({ currentTarget }) => {
        setTyped(currentTarget.value);
        tell(currentTarget.value.trim());
      }}
    />
  );
}

function FilterMenu({ filters, search, change, count }: FilterBarProps & { readonly count: number }) {
  const texts = useTexts();
  return (
    <Popover position="bottom-start" width={280} trapFocus withinPortal={false}>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<ListFilter size={14} aria-hidden />}>
          {count === 0 ? texts.list.filters : texts.list.filtersOn(count)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={texts.list.filters} mah="60dvh" style={{ overflowY: 'auto' }}>
        <Stack gap="xs">
          {filters.map((filter) => (
            <FilterField
              key={filter.key}
              filter={filter}
              value={search[filter.key] ?? ''}
              onChange={(value) => change({ [filter.key]: value })}
            />
          ))}
          <Group justify="end">
            <Button
              size="compact-xs"
              variant="subtle"
              onClick={() => change(Object.fromEntries(filters.map(({ key }) => [key, undefined])))}
            >
              {texts.states.clearFilters}
            </Button>
          </Group>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

interface FilterFieldProps {
  readonly filter: Filter;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function FilterField({ filter: { label, options, isText }, value, onChange }: FilterFieldProps) {
  const texts = useTexts();
  if (options !== undefined)
    return (
      <NativeSelect
        size="xs"
        label={label}
        value={value}
        data={[{ value: '', label: texts.list.any }, ...options]}
        onChange={({ currentTarget }) => onChange(currentTarget.value)}
      />
    );
  if (isText !== true) return null;
  return (
    <TextInput
      key={value}
      size="xs"
      label={label}
      defaultValue={value}
      spellCheck={false}
      onBlur={({ currentTarget }) => currentTarget.value.trim() !== value && onChange(currentTarget.value.trim())}
      onKeyDown={({ key, currentTarget }) => key === 'Enter' && onChange(currentTarget.value.trim())}
    />
  );
}
