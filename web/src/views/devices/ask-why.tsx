import { Button, Group, Text, TextInput } from '@mantine/core';
import type { DeviceDetail } from '../../api/device-contract.ts';
import { Section } from '../../parts/section.tsx';
import { useListSearch } from '../../table/use-list-search.ts';
import { useTexts } from '../../texts/language-provider.tsx';
import { AskedWhy } from './why-button.tsx';
import { subjectOf } from './why-subject.ts';

/** Why some update or CVE is missing here, is not, or does not apply; what was asked stands in the address. */
export function AskWhy({ device: { deviceId } }: { readonly device: DeviceDetail }) {
  const { why: words } = useTexts();
  const [search, change] = useListSearch();
  const asked = search['why'] ?? '';
  const subject = subjectOf(asked);
  return (
    <Section title={words.ask} more={words.askMore}>
      <form
        className="not-printed"
        onSubmit={(event) => {
          event.preventDefault();
          const wanted = new FormData(event.currentTarget).get('why');
          change({ why: typeof wanted === 'string' ? wanted.trim() : '' });
        }}
      >
        <Group gap="xs" align="end">
          <TextInput
            key={asked}
            name="why"
            size="xs"
            aria-label={words.ask}
            placeholder="KB5034127, CVE-2026-21509"
            defaultValue={asked}
            spellCheck={false}
          />
          <Button type="submit" size="xs" variant="default">
            {words.askNow}
          </Button>
        </Group>
      </form>
      {asked !== '' && subject === undefined && (
        <Text size="sm" role="alert" mt="xs">
          {words.notAsked}
        </Text>
      )}
      {subject !== undefined && <AskedWhy key={asked} deviceId={deviceId} subject={subject} />}
    </Section>
  );
}
