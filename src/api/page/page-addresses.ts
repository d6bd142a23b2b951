/** Addresses of the page's views: each answers with the page, which then asks for what it shows. */
export const pageAddresses: readonly string[] = [
  '/',
  '/updates',
  '/updates/:kb',
  '/devices',
  '/devices/:id',
  '/cves',
  '/cves/:id',
  '/catalogue',
  '/import',
  '/access',
  '/sign-in',
];
