import type { DeviceRow } from '../../api/contract.ts';
import { DeviceLink } from '../../parts/links.tsx';
import { Count, CoverageMark, ExploitedCount, Quiet, ServicingMark, Tags } from '../../parts/marks.tsx';
import type { Column } from '../../table/column.ts';
import type { Formats } from '../../texts/formats.ts';
import type { Texts } from '../../texts/en.ts';

/** A count of what a device lacks: nothing is said of a device that was not judged. */
function judgedCount({ coverage }: DeviceRow, value: number) {
  return coverage === 'not-assessed' ? <Quiet>–</Quiet> : <Count value={value} />;
}

/** `Windows 10 Version 1909 for x64-based Systems` as `Windows 10 1909`; the whole name shows on pointing at it. */
function shortName(name: string | null): string | null {
  return name?.replace(/ for [\w-]+-based Systems?\b.*$/, '').replace(' Version ', ' ') ?? null;
}

export function deviceColumns(texts: Texts, formats: Formats): readonly Column<DeviceRow>[] {
  const words = texts.devices;
  const orDash = (text: string | null) => (text === null ? <Quiet>–</Quiet> : <span>{text}</span>);
  return [
    {
      id: 'name',
      label: words.name,
      width: 204,
      grow: 2,
      sort: 'name',
      cell: ({ deviceId, name }) => <DeviceLink id={deviceId}>{name ?? words.unnamed}</DeviceLink>,
      title: ({ name }) => name ?? undefined,
    },
    {
      id: 'os',
      label: words.os,
      width: 190,
      grow: 1,
      cell: ({ os }) => orDash(shortName(os.name)),
      title: ({ os }) => os.name ?? undefined,
    },
    {
      id: 'coverage',
      label: words.coverage,
      width: 158,
      sort: 'coverage',
      cell: ({ coverage }) => <CoverageMark coverage={coverage} />,
      title: ({ reasons }) => reasons.map((reason) => texts.reasons[reason]).join(', '),
    },
    {
      id: 'install',
      label: words.install,
      width: 94,
      isNumber: true,
      sort: '-install',
      cell: (row) => judgedCount(row, row.install),
    },
    {
      id: 'cves',
      label: words.cves,
      width: 104,
      isNumber: true,
      sort: '-openCves',
      cell: (row) => judgedCount(row, row.openCves),
    },
    {
      id: 'exploited',
      label: words.exploited,
      width: 100,
      isNumber: true,
      sort: '-exploited',
      cell: (row) =>
        row.coverage === 'not-assessed' ? <Quiet>–</Quiet> : <ExploitedCount count={row.exploitedCves} />,
    },
    {
      id: 'behind',
      label: words.behind,
      width: 116,
      isNumber: true,
      sort: '-behind',
      cell: ({ daysBehind }) => (daysBehind === null ? <Quiet>–</Quiet> : <Count value={daysBehind} />),
      title: ({ newestBuild }) => newestBuild ?? undefined,
    },
    { id: 'build', label: words.build, width: 150, sort: '-build', cell: ({ build }) => orDash(build) },
    { id: 'version', label: words.version, width: 86, cell: ({ os }) => orDash(os.version) },
    {
      id: 'servicing',
      label: words.servicing,
      width: 136,
      sort: 'servicing',
      cell: ({ servicing }) => <ServicingMark servicing={servicing} />,
    },
    {
      id: 'reported',
      label: words.reported,
      width: 176,
      sort: '-reportedAt',
      cell: ({ reportedAt, stale }) => (
        <span>
          {formats.instant(reportedAt)}
          {stale && <Quiet> · {words.silent}</Quiet>}
        </span>
      ),
    },
    {
      id: 'missing',
      label: words.missing,
      width: 94,
      isNumber: true,
      sort: '-missing',
      isExtra: true,
      cell: (row) => judgedCount(row, row.missing),
    },
    {
      id: 'months',
      label: words.months,
      width: 134,
      isNumber: true,
      isExtra: true,
      cell: ({ monthsBehind }) => (monthsBehind === null ? <Quiet>–</Quiet> : <Count value={monthsBehind} />),
    },
    { id: 'newest', label: words.newest, width: 150, isExtra: true, cell: ({ newestBuild }) => orDash(newestBuild) },
    {
      id: 'level',
      label: words.level,
      width: 124,
      isExtra: true,
      cell: ({ levelOn }) => orDash(levelOn === null ? null : formats.day(levelOn)),
    },
    {
      id: 'restart',
      label: words.restart,
      width: 110,
      isExtra: true,
      cell: ({ restartPending }) => (restartPending ? <span>{texts.yes}</span> : <Quiet>{texts.no}</Quiet>),
    },
    {
      id: 'firstSeen',
      label: words.firstSeen,
      width: 176,
      sort: '-firstSeenAt',
      isExtra: true,
      cell: ({ firstSeenAt }) => <span>{formats.instant(firstSeenAt)}</span>,
    },
    { id: 'group', label: words.group, width: 150, isExtra: true, cell: ({ group }) => <span>{group}</span> },
    {
      id: 'tags',
      label: words.tags,
      width: 150,
      isExtra: true,
      cell: ({ tags }) => <Tags tags={tags} />,
      title: ({ tags }) => tags.join(', '),
    },
    {
      id: 'sources',
      label: words.sources,
      width: 140,
      isExtra: true,
      cell: ({ sources }) => <span>{sources.join(', ')}</span>,
    },
  ];
}
