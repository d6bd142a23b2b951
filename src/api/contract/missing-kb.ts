import { entityType, int64, listOf, nullable, text } from './edm.ts';
import type { RowOf } from './edm.ts';

/** Defender's `PublicProductFixDto`; keys in wire order, each always present. */
export const missingKbType = entityType('PublicProductFixDto', {
  id: nullable(text('KB number, digits only.')),
  name: nullable(text('Title of the release document: `March 2020 Security Updates`.')),
  osBuild: nullable(int64('Build number of the operating system; null for an update that is not of the system.')),
  productsNames: nullable(
    listOf(text('Product part of a software id.'), 'What the update fixes here, the system first.'),
  ),
  url: nullable(text('Where the update is to be had.')),
  machineMissedOn: int64('Devices of the tenant that miss the update.'),
  cveAddressed: int64('Distinct CVEs that the update itself fixes on these products.'),
});

export type MissingKb = RowOf<typeof missingKbType>;

/** Fragment of the collection's `@odata.context`. */
export const missingKbContext = 'Collection(microsoft.windowsDefenderATP.api.PublicProductFixDto)';
