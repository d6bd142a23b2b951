import type { UpdateRow } from '../../api/contract.ts';
import { CvssScore, EpssScore } from '../../parts/epss.tsx';
import { KbLink, ListLink } from '../../parts/links.tsx';
import { Count, ExploitedCount, Quiet, SeverityMark } from '../../parts/marks.tsx';
import type { Column } from '../../table/column.ts';
import type { Formats } from '../../texts/formats.ts';
import type { Texts } from '../../texts/en.ts';

export function updateColumns(texts: Texts, formats: Formats): readonly Column<UpdateRow>[] {
  const words = texts.updates;
  const listed = (values: readonly string[]) =>
    values.length === 0 ? <Quiet>–</Quiet> : <span>{values.join(', ')}</span>;
  return [
    { id: 'kb', label: words.kb, width: 106, sort: 'kb', cell: ({ kb }) => <KbLink kb={kb} /> },
    {
      id: 'month',
      label: words.month,
      width: 104,
      sort: '-releasedOn',
      cell: ({ releaseId }) => (releaseId === null ? <Quiet>–</Quiet> : <span>{formats.month(releaseId)}</span>),
    },
    {
      id: 'kind',
      label: words.kind,
      width: 132,
      cell: ({ kind }) => (kind === null ? <Quiet>–</Quiet> : <span>{texts.kinds[kind]}</span>),
    },
    {
      id: 'products',
      label: words.products,
      width: 130,
      grow: 1,
      cell: ({ products }) => listed(products),
      title: ({ products }) => products.join(', '),
    },
    {
      id: 'severity',
      label: words.severity,
      width: 100,
      sort: '-severity',
      cell: ({ severity }) => <SeverityMark severity={severity} />,
    },
    {
      id: 'exploited',
      label: words.exploited,
      width: 100,
      isNumber: true,
      sort: '-exploited',
      cell: ({ exploitedCves }) => <ExploitedCount count={exploitedCves} />,
    },
    {
      id: 'devices',
      label: words.devices,
      width: 120,
      isNumber: true,
      sort: '-devices',
      cell: ({ kb, devicesMissing }) =>
        devicesMissing === 0 ? (
          <Quiet>0</Quiet>
        ) : (
          <ListLink to="/devices" search={{ missing: kb }}>
            {formats.number(devicesMissing)}
          </ListLink>
        ),
    },
    {
      id: 'install',
      label: words.install,
      width: 124,
      isNumber: true,
      sort: '-toInstall',
      cell: ({ devicesToInstall }) => <Count value={devicesToInstall} />,
    },
    {
      id: 'cves',
      label: words.cves,
      width: 70,
      isNumber: true,
      sort: '-cves',
      cell: ({ cves }) => <Count value={cves} />,
    },
    {
      id: 'cvss',
      label: words.cvss,
      width: 128,
      isNumber: true,
      sort: '-cvss',
      cell: ({ cvss }) => <CvssScore cvss={cvss} />,
      title: ({ cvss }) => cvss?.cve,
    },
    {
      id: 'epss',
      label: words.epss,
      width: 124,
      isNumber: true,
      sort: '-epss',
      cell: ({ epss }) => <EpssScore epss={epss} />,
      title: ({ epss }) => epss?.cve,
    },
    {
      id: 'builds',
      label: words.build,
      width: 190,
      cell: ({ builds }) => listed(builds),
      title: ({ builds }) => builds.join(', '),
    },
    {
      id: 'firstMissing',
      label: words.firstMissing,
      width: 128,
      cell: ({ firstMissingOn }) =>
        firstMissingOn === null ? <Quiet>–</Quiet> : <span>{formats.day(firstMissingOn)}</span>,
    },
    {
      id: 'name',
      label: words.name,
      width: 220,
      isExtra: true,
      cell: ({ name }) => <span>{name}</span>,
      title: ({ name }) => name ?? undefined,
    },
    {
      id: 'released',
      label: words.released,
      width: 124,
      sort: '-releasedOn',
      isExtra: true,
      cell: ({ releasedOn }) => (releasedOn === null ? <Quiet>–</Quiet> : <span>{formats.day(releasedOn)}</span>),
    },
    {
      id: 'releaseType',
      label: words.releaseType,
      width: 120,
      isExtra: true,
      cell: ({ releaseType }) =>
        releaseType === null ? <Quiet>–</Quiet> : <span>{texts.releaseTypes[releaseType]}</span>,
    },
    {
      id: 'openCves',
      label: words.openCves,
      width: 76,
      isNumber: true,
      sort: '-openCves',
      isExtra: true,
      cell: ({ openCves }) => <Count value={openCves} />,
    },
    {
      id: 'restart',
      label: words.restart,
      width: 120,
      isExtra: true,
      cell: ({ restartRequired }) =>
        restartRequired === null ? <Quiet>–</Quiet> : <span>{texts.restarts[restartRequired]}</span>,
    },
    {
      id: 'supersededBy',
      label: words.supersededBy,
      width: 160,
      isExtra: true,
      cell: ({ supersededBy }) => listed(supersededBy.map((kb) => `KB${kb}`)),
    },
  ];
}
