import { addressOf } from '../api/client.ts';
import type { SearchAnswer } from '../api/other-contract.ts';
import type { Texts } from '../texts/en.ts';

/** One thing found and where it leads. */
export interface Find {
  readonly address: string;
  readonly name: string;
  readonly more: string;
}

/** What was found by kind, kinds without finds left out. */
export function listFinds(
  { devices, updates, cves, products }: SearchAnswer,
  { search, devices: { unnamed } }: Texts,
): readonly { readonly label: string; readonly finds: readonly Find[] }[] {
  const groups = [
    {
      label: search.devices,
      finds: devices.map(({ deviceId, name, os, missing }) => ({
        address: `/devices/${deviceId}`,
        name: name ?? unnamed,
        more: [os, search.missing(missing)].filter(Boolean).join(' · '),
      })),
    },
    {
      label: search.updates,
      finds: updates.map(({ kb, name, devices: count }) => ({
        address: `/updates/${kb}`,
        name: [`KB${kb}`, name].filter(Boolean).join(' · '),
        more: search.on(count),
      })),
    },
    {
      label: search.cves,
      finds: cves.map(({ id, devices: count }) => ({ address: `/cves/${id}`, name: id, more: search.on(count) })),
    },
    {
      label: search.products,
      finds: products.map(({ id, name, devices: count }) => ({
        address: addressOf('/devices', { software: id }),
        name,
        more: search.on(count),
      })),
    },
  ];
  return groups.filter(({ finds }) => finds.length > 0);
}
