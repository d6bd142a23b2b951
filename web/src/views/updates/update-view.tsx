import { Group, SimpleGrid, Stack, Text } from '@mantine/core';
import { useParams } from '@tanstack/react-router';
import type { UpdateDetail } from '../../api/contract.ts';
import { useAnswer } from '../../api/queries.ts';
import { Answered } from '../../parts/answered.tsx';
import { CveTable } from '../../parts/cve-table.tsx';
import { DeviceSplit } from '../../parts/device-split.tsx';
import { Fields } from '../../parts/fields.tsx';
import { AwayLink, KbLink, ListLink } from '../../parts/links.tsx';
import { ExploitedCount, SeverityMark } from '../../parts/marks.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { PlainTable } from '../../parts/plain-table.tsx';
import { Section } from '../../parts/section.tsx';
import type { Texts } from '../../texts/en.ts';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';

import styles from './update-view.module.css';

/** One update: who lacks it, what it fixes, what it replaces and what replaces it. */
export function UpdateView() {
  const { kb = '' } = useParams({ strict: false });
  const number = kb.replace(/^KB/i, '');
  const answer = useAnswer<UpdateDetail>(`/v1/updates/${encodeURIComponent(number)}`);
  return (
    <>
      <PageTitle title={`KB${number}`} more={answer.data?.name} />
      <Answered answer={answer}>{(update) => <Update update={update} />}</Answered>
    </>
  );
}

function Update({ update }: { readonly update: UpdateDetail }) {
  const { updates: words } = useTexts();
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Stack gap="md">
          <Devices update={update} />
          <Chain title={words.replacedBy} updates={update.replacedBy} />
          <Chain title={words.replaces} updates={update.replaces} />
        </Stack>
        <Section title={words.about} aside={<AwayLink href={update.downloadUrl}>{words.download}</AwayLink>}>
          <Facts update={update} />
        </Section>
      </SimpleGrid>
      {update.fixesTotal > 0 && (
        <Section
          title={`${words.fixes} (${update.fixesTotal})`}
          {...(update.fixes.length < update.fixesTotal
            ? { more: words.fixesSome(update.fixes.length, update.fixesTotal) }
            : {})}
        >
          <CveTable name={words.fixes} cves={update.fixes} />
        </Section>
      )}
      <PublishedRows update={update} />
    </Stack>
  );
}

function standingOf({ missing, having, undetermined }: UpdateDetail['devices'], words: Texts['updates']): string {
  if (missing > 0) return words.havingMore;
  if (having > 0) return words.noneMissing(having);
  return undetermined > 0 ? words.noneJudged : words.noneConcerned;
}

function Devices({ update: { kb, devices } }: { readonly update: UpdateDetail }) {
  const { updates: words } = useTexts();
  return (
    <Section title={words.deviceHead}>
      <DeviceSplit
        parts={[
          { tone: 'danger', count: devices.missing, label: words.missingIt, search: { missing: kb } },
          { tone: 'good', count: devices.having, label: words.havingIt, search: { having: kb } },
          { tone: 'none', count: devices.undetermined, label: words.undeterminedIt, search: { undetermined: kb } },
        ]}
      />
      <Text size="sm" c="dimmed" mt="sm">
        {standingOf(devices, words)}
      </Text>
    </Section>
  );
}

function Facts({ update }: { readonly update: UpdateDetail }) {
  const texts = useTexts();
  const formats = useFormats();
  const words = texts.updates;
  const { kind, releaseId, releasedOn, releaseType, products, builds, severity, cvss, epss, restartRequired } = update;
  return (
    <Fields
      fields={[
        [words.kind, kind && texts.kinds[kind]],
        [words.month, releaseId && formats.month(releaseId)],
        [
          words.released,
          releasedOn &&
            [formats.day(releasedOn), releaseType && texts.releaseTypes[releaseType]].filter(Boolean).join(' · '),
        ],
        [words.products, products.join(', ')],
        [words.build, builds.join(', ')],
        [words.severity, severity && <SeverityMark severity={severity} />],
        [words.exploited, <ExploitedCount key="exploited" count={update.exploitedCves} />],
        [words.cvss, cvss && `${cvss.baseScore.toFixed(1)} (${cvss.cve})`],
        [words.epss, epss && `${formats.share(epss.score)} (${epss.cve})`],
        [words.restart, restartRequired && texts.restarts[restartRequired]],
        [words.firstMissing, update.firstMissingOn && formats.day(update.firstMissingOn)],
        [
          words.knownIssues,
          update.knownIssues.length > 0 && <KnownIssues key="issues" addresses={update.knownIssues} />,
        ],
      ]}
    />
  );
}

function KnownIssues({ addresses }: { readonly addresses: readonly string[] }) {
  return (
    <Stack gap={2}>
      {addresses.map((address) => (
        <AwayLink key={address} href={address}>
          {address.replace(/^https?:\/\//, '')}
        </AwayLink>
      ))}
    </Stack>
  );
}

interface ChainProps {
  readonly title: string;
  readonly updates: readonly { readonly kb: string; readonly name: string | null; readonly devicesMissing?: number }[];
}

/** What stands before or after it. */
function Chain({ title, updates }: ChainProps) {
  const texts = useTexts();
  const formats = useFormats();
  return (
    <Section title={updates.length === 0 ? title : `${title} (${formats.number(updates.length)})`}>
      {updates.length === 0 && (
        <Text size="sm" c="dimmed">
          {texts.states.none}
        </Text>
      )}
      <Stack gap={4} className={styles.chain ?? ''}>
        {updates.map(({ kb, name, devicesMissing }) => (
          <Group key={kb} gap="xs" wrap="nowrap">
            <KbLink kb={kb} />
            <Text size="sm" c="dimmed" truncate>
              {name}
            </Text>
            {devicesMissing !== undefined && devicesMissing > 0 && (
              <Text size="sm" ml="auto" span>
                <ListLink to="/devices" search={{ missing: kb }}>
                  {texts.overview.missingOn(devicesMissing)}
                </ListLink>
              </Text>
            )}
          </Group>
        ))}
      </Stack>
    </Section>
  );
}

const tallest = 420;

function PublishedRows({ update: { rows } }: { readonly update: UpdateDetail }) {
  const { updates: words } = useTexts();
  const formats = useFormats();
  if (rows.length === 0) return null;
  return (
    <Section title={words.published}>
      <PlainTable
        name={words.published}
        tallest={tallest}
        rows={rows}
        keyOf={({ productId, subType, fixedBuild }) => `${productId} ${subType} ${fixedBuild}`}
        columns={[
          { label: words.publishedFor, cell: ({ product }) => product },
          { label: words.subType, cell: ({ subType }) => subType },
          { label: words.fixedBuild, cell: ({ fixedBuild }) => fixedBuild },
          { label: words.cves, isNumber: true, cell: ({ cves }) => formats.number(cves) },
          { label: words.article, cell: ({ url }) => <AwayLink href={url}>{hostOf(url)}</AwayLink> },
        ]}
      />
    </Section>
  );
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
