import { useMemo } from 'react';
import type { CoverageCounts, DeviceRow, Page } from '../../api/contract.ts';
import { ListedCoverage } from '../../parts/judged.tsx';
import { NoDevices } from '../../parts/nothing-found.tsx';
import { NothingJudged } from '../../parts/nothing-judged.tsx';
import { optionsOf } from '../../parts/options.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import type { Filter } from '../../table/filter.ts';
import { List } from '../../table/list.tsx';
import type { Texts } from '../../texts/en.ts';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import { deviceColumns } from './device-columns.tsx';

type Devices = Page<DeviceRow> & { readonly coverage: CoverageCounts };

/** The fleet as a list; whatever number of the page leads to devices leads here. */
export function DevicesView() {
  const texts = useTexts();
  const formats = useFormats();
  const columns = useMemo(() => deviceColumns(texts, formats), [texts, formats]);
  const filters = useMemo(() => deviceFilters(texts), [texts]);
  return (
    <>
      <PageTitle title={texts.devices.title} />
      <List<DeviceRow, Devices>
        name={texts.devices.title}
        counted={texts.devices.count}
        path="/v1/devices"
        columns={columns}
        filters={filters}
        usualSort="name"
        keyOf={({ deviceId }) => deviceId}
        summary={({ coverage }, isFiltered) => <ListedCoverage coverage={coverage} isFiltered={isFiltered} />}
        notice={({ coverage }) => <NothingJudged coverage={coverage} />}
        empty={<NoDevices />}
      />
    </>
  );
}

function deviceFilters(texts: Texts): readonly Filter[] {
  const words = texts.filters;
  const yes = optionsOf({ true: texts.yes });
  const yesOrNo = optionsOf({ true: texts.yes, false: texts.no });
  const kbOrCve = (value: string): string => (/^\d+$/.test(value) ? `KB${value}` : value);
  return [
    { key: 'coverage', label: words.coverage, options: optionsOf(texts.coverage) },
    { key: 'reason', label: words.reason, options: optionsOf(texts.reasons) },
    { key: 'clean', label: words.clean, options: yes },
    { key: 'lacking', label: words.lacking, options: yesOrNo },
    { key: 'open', label: words.openCves, options: yesOrNo },
    { key: 'exploited', label: words.exploited, options: yes },
    { key: 'age', label: words.age, options: optionsOf(texts.ages) },
    { key: 'servicing', label: words.servicing, options: optionsOf(texts.servicing) },
    { key: 'restart', label: words.restart, options: yesOrNo },
    { key: 'stale', label: words.stale, options: yesOrNo },
    { key: 'platform', label: words.platform, isText: true },
    { key: 'version', label: words.version, isText: true },
    { key: 'tag', label: words.tag, isText: true },
    { key: 'group', label: words.group, isText: true },
    { key: 'missing', label: words.missing, show: kbOrCve },
    { key: 'install', label: words.install, show: kbOrCve },
    { key: 'having', label: words.having, show: kbOrCve },
    { key: 'undetermined', label: words.undetermined, show: kbOrCve },
    { key: 'affected', label: words.affected },
    { key: 'fixed', label: words.fixed },
    { key: 'software', label: words.software },
  ];
}
