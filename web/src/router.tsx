import { Navigate, createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { Failed, NotFound } from './parts/states.tsx';
import { Shell } from './shell/shell.tsx';
import { readSearch, writeSearch } from './url-search.ts';
import type { UrlSearch } from './url-search.ts';

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NotFound,
  validateSearch: (search): UrlSearch => search as UrlSearch,
});

const overview = createRoute({
  getParentRoute: () => root,
  path: '/',
  component: lazyRouteComponent(() => import('./views/overview/overview-view.tsx'), 'OverviewView'),
});
const updates = createRoute({
  getParentRoute: () => root,
  path: '/updates',
  component: lazyRouteComponent(() => import('./views/updates/updates-view.tsx'), 'UpdatesView'),
});
const update = createRoute({
  getParentRoute: () => root,
  path: '/updates/$kb',
  component: lazyRouteComponent(() => import('./views/updates/update-view.tsx'), 'UpdateView'),
});
const devices = createRoute({
  getParentRoute: () => root,
  path: '/devices',
  component: lazyRouteComponent(() => import('./views/devices/devices-view.tsx'), 'DevicesView'),
});
const device = createRoute({
  getParentRoute: () => root,
  path: '/devices/$id',
  component: lazyRouteComponent(() => import('./views/devices/device-view.tsx'), 'DeviceView'),
});
const cves = createRoute({
  getParentRoute: () => root,
  path: '/cves',
  component: lazyRouteComponent(() => import('./views/cves/cves-view.tsx'), 'CvesView'),
});
const cve = createRoute({
  getParentRoute: () => root,
  path: '/cves/$id',
  component: lazyRouteComponent(() => import('./views/cves/cve-view.tsx'), 'CveView'),
});
const catalogue = createRoute({
  getParentRoute: () => root,
  path: '/catalogue',
  component: lazyRouteComponent(() => import('./views/catalogue/catalogue-view.tsx'), 'CatalogueView'),
});
const importing = createRoute({
  getParentRoute: () => root,
  path: '/import',
  component: lazyRouteComponent(() => import('./views/import/import-view.tsx'), 'ImportView'),
});
const access = createRoute({
  getParentRoute: () => root,
  path: '/access',
  component: lazyRouteComponent(() => import('./views/access/access-view.tsx'), 'AccessView'),
});

/** Who is signed in has no need of it; who is not gets the sign-in here as everywhere. */
const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  component: () => <Navigate to="/" search={{}} replace />,
});

export const router = createRouter({
  routeTree: root.addChildren([
    overview,
    updates,
    update,
    devices,
    device,
    cves,
    cve,
    catalogue,
    importing,
    access,
    signIn,
  ]),
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultPreload: 'intent',
  defaultErrorComponent: ({ error, reset }) => (
    <Failed error={error instanceof Error ? error : new Error(String(error))} retry={reset} />
  ),
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
