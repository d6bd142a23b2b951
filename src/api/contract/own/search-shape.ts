import { count, device, kb, list, one, orNull, part, shape, text } from './shape.ts';

/** GET /v1/search */
export const searchShape = shape('SearchAnswer', {
  q: text(),
  devices: list(part({ deviceId: device, name: orNull(text()), os: orNull(text()), missing: count() })),
  updates: list(part({ kb, name: orNull(text()), devices: count('That miss it.') })),
  cves: list(
    part({
      id: text(),
      severity: orNull(one(['Critical', 'Important', 'Moderate', 'Low'])),
      devices: count('That are open to it.'),
    }),
  ),
  products: list(part({ id: text('`microsoft-_-edge`'), name: text(), devices: count('That have it.') })),
});
