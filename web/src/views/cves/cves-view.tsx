import { useMemo } from 'react';
import type { CveRow, Page } from '../../api/contract.ts';
import { CvssScore, EpssScore } from '../../parts/epss.tsx';
import { CveLink, ListLink } from '../../parts/links.tsx';
import { ExploitedBadge, Quiet, SeverityMark } from '../../parts/marks.tsx';
import { optionsOf } from '../../parts/options.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import { Judged } from '../../parts/judged.tsx';
import { NothingFound } from '../../parts/nothing-found.tsx';
import type { Column } from '../../table/column.ts';
import type { Filter } from '../../table/filter.ts';
import { List } from '../../table/list.tsx';
import type { Formats } from '../../texts/formats.ts';
import type { Texts } from '../../texts/en.ts';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';

/** Every CVE that is open on some device, or all of the catalogue. */
export function CvesView() {
  const texts = useTexts();
  const formats = useFormats();
  const columns = useMemo(() => cveColumns(texts, formats), [texts, formats]);
  const filters = useMemo(() => cveFilters(texts), [texts]);
  return (
    <>
      <PageTitle title={texts.cves.title} />
      <List<CveRow, Page<CveRow>>
        name={texts.cves.title}
        counted={texts.cves.count}
        path="/v1/cves"
        columns={columns}
        filters={filters}
        usualSort="-devices"
        keyOf={({ id }) => id}
        summary={() => <Judged />}
        empty={<NothingFound title={texts.cves.empty} />}
      />
    </>
  );
}

function cveColumns({ cves: words }: Texts, formats: Formats): readonly Column<CveRow>[] {
  return [
    { id: 'id', label: words.id, width: 160, grow: 1, sort: '-id', cell: ({ id }) => <CveLink id={id} /> },
    {
      id: 'exploited',
      label: words.exploited,
      width: 120,
      cell: ({ exploited }) => (exploited ? <ExploitedBadge /> : null),
    },
    {
      id: 'severity',
      label: words.severity,
      width: 120,
      sort: '-severity',
      cell: ({ severity }) => <SeverityMark severity={severity} />,
    },
    {
      id: 'cvss',
      label: words.cvss,
      width: 90,
      isNumber: true,
      sort: '-cvss',
      cell: ({ cvss }) => <CvssScore cvss={cvss} />,
    },
    {
      id: 'epss',
      label: words.epss,
      width: 90,
      isNumber: true,
      sort: '-epss',
      cell: ({ epss }) => <EpssScore epss={epss === null ? null : { score: epss }} />,
    },
    {
      id: 'published',
      label: words.published,
      width: 150,
      sort: '-publishedOn',
      cell: ({ publishedOn }) => <span>{formats.day(publishedOn)}</span>,
    },
    {
      id: 'devices',
      label: words.devices,
      width: 156,
      isNumber: true,
      sort: '-devices',
      cell: ({ id, devices }) =>
        devices === 0 ? (
          <Quiet>0</Quiet>
        ) : (
          <ListLink to="/devices" search={{ affected: id }}>
            {formats.number(devices)}
          </ListLink>
        ),
    },
  ];
}

function cveFilters(texts: Texts): readonly Filter[] {
  const words = texts.filters;
  return [
    { key: 'open', label: words.open, options: optionsOf({ true: words.openOnly, all: words.allCves }) },
    { key: 'exploited', label: words.exploited, options: optionsOf({ true: texts.yes }) },
    { key: 'severity', label: words.severity, options: optionsOf(texts.severities) },
    { key: 'year', label: words.year, isText: true },
    { key: 'closedBy', label: words.closedBy, show: (kb) => `KB${kb}` },
  ];
}
