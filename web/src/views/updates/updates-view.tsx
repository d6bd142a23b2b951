import { useMemo } from 'react';
import type { Page, UpdateRow } from '../../api/contract.ts';
import { Judged } from '../../parts/judged.tsx';
import { NothingFound } from '../../parts/nothing-found.tsx';
import { optionsOf } from '../../parts/options.ts';
import { PageTitle } from '../../parts/page-title.tsx';
import type { Filter } from '../../table/filter.ts';
import { List } from '../../table/list.tsx';
import type { Formats } from '../../texts/formats.ts';
import type { Texts } from '../../texts/en.ts';
import { useFormats, useTexts } from '../../texts/language-provider.tsx';
import { updateColumns } from './update-columns.tsx';

/** Every update that some device lacks, or all of the catalogue. */
export function UpdatesView() {
  const texts = useTexts();
  const formats = useFormats();
  const columns = useMemo(() => updateColumns(texts, formats), [texts, formats]);
  const filters = useMemo(() => updateFilters(texts, formats), [texts, formats]);
  return (
    <>
      <PageTitle title={texts.updates.title} />
      <List<UpdateRow, Page<UpdateRow>>
        name={texts.updates.title}
        counted={texts.updates.count}
        path="/v1/updates"
        columns={columns}
        filters={filters}
        usualSort="-devices"
        keyOf={({ kb }) => kb}
        summary={() => <Judged />}
        empty={<NothingFound title={texts.updates.empty} />}
      />
    </>
  );
}

function updateFilters(texts: Texts, formats: Formats): readonly Filter[] {
  const words = texts.filters;
  return [
    { key: 'missing', label: words.shown, options: optionsOf({ true: words.missingOnly, all: words.allUpdates }) },
    { key: 'install', label: words.install, options: optionsOf({ true: texts.yes }) },
    { key: 'exploited', label: words.exploited, options: optionsOf({ true: texts.yes }) },
    { key: 'severity', label: words.severity, options: optionsOf(texts.severities) },
    { key: 'kind', label: words.kind, options: optionsOf(texts.kinds) },
    { key: 'restart', label: words.restart, options: optionsOf(texts.restarts) },
    { key: 'product', label: words.product, isText: true },
    { key: 'month', label: words.month, isText: true, show: formats.month },
  ];
}
