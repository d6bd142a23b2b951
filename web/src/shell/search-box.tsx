import { Combobox, Group, Kbd, Text, TextInput, useCombobox } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import Search from 'lucide-react/icons/search';
import { useEffect, useRef, useState } from 'react';
import { getJson } from '../api/client.ts';
import type { SearchAnswer } from '../api/other-contract.ts';
import { useTexts } from '../texts/language-provider.tsx';
import styles from './search-box.module.css';
import { listFinds } from './search-finds.ts';

const shortest = 2;
const waitMs = 150;

/** Finds a device, KB, CVE or product from anywhere; `/` leads into it. */
export function SearchBox() {
  const texts = useTexts();
  const router = useRouter();
  const [typed, setTyped] = useState('');
  const [asked] = useDebouncedValue(typed.trim(), waitMs);
  const input = useRef<HTMLInputElement>(null);
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const isAsked = asked.length >= shortest;
  const answer = useQuery({
    queryKey: ['search', asked],
    queryFn: async ({ signal }) => await getJson<SearchAnswer>('/v1/search', { q: asked }, signal),
    enabled: isAsked,
  });
  useSlash(input);
  const groups = answer.data === undefined || !isAsked ? [] : listFinds(answer.data, texts);
  const emptyText = !isAsked ? texts.search.short : answer.isPending ? texts.search.searching : texts.search.nothing;

  return (
    <search className={styles.box}>
      <Combobox
        store={combobox}
        onOptionSubmit={(address) => {
          setTyped('');
          combobox.closeDropdown();
          input.current?.blur();
          router.history.push(address);
        }}
        withinPortal={false}
      >
        <Combobox.Target>
          <TextInput
            ref={input}
            aria-label={texts.search.label}
            placeholder={texts.search.placeholder}
            leftSection={<Search size={16} aria-hidden />}
            rightSection={
              <Kbd aria-hidden className={styles.key ?? ''}>
                /
              </Kbd>
            }
            spellCheck={false}
            value={typed}
            onChange={({ currentTarget }) => {
              setTyped(currentTarget.value);
              combobox.openDropdown();
              combobox.selectFirstOption();
            }}
            onFocus={() => typed !== '' && combobox.openDropdown()}
            onBlur={() => combobox.closeDropdown()}
          />
        </Combobox.Target>
        <Combobox.Dropdown>
          <Combobox.Options mah="min(70dvh, 480px)" className={styles.options ?? ''} aria-label={texts.search.label}>
            {groups.map(({ label, finds }) => (
              <Combobox.Group key={label} label={label}>
                {finds.map(({ address, name, more }) => (
                  <Combobox.Option key={address} value={address}>
                    <Group justify="space-between" gap="md" wrap="nowrap">
                      <Text size="sm" truncate>
                        {name}
                      </Text>
                      <Text size="xs" c="dimmed" className={styles.more ?? ''}>
                        {more}
                      </Text>
                    </Group>
                  </Combobox.Option>
                ))}
              </Combobox.Group>
            ))}
            {groups.length === 0 && <Combobox.Empty>{emptyText}</Combobox.Empty>}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
    </search>
  );
}

/** `/` goes to the box unless one is writing somewhere. */
function useSlash(input: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const { target } = event;
      const isWriting = target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
      if (event.key !== '/' || isWriting || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      input.current?.focus();
    };
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, [input]);
}
