import type { ExposureDay } from '../../store/view-store.ts';
import { deviceScope } from '../scope.ts';
import type { Scope } from '../scope.ts';
import type { TenantExposure } from '../tenant-exposure.ts';
import { isClean } from './view-context.ts';
import type { ViewContext } from './view-context.ts';

const dayMs = 86_400_000;
const keptDays = 400;

function figuresOf(view: ViewContext, exposure: TenantExposure, day: string): ExposureDay {
  const exploited = view.exploited();
  const sums = { nothingMissing: 0, missing: 0, openCves: 0, exploitedCves: 0 };
  for (const { devices, contribution } of exposure.states().values()) {
    if (contribution.coverage === 'assessed' && isClean(contribution)) sums.nothingMissing += devices;
    sums.missing += devices * contribution.missing.length;
    sums.openCves += devices * contribution.openCves;
    sums.exploitedCves += devices * (exploited?.of(contribution).size ?? 0);
  }
  return {
    day,
    devices: exposure.countDevices(),
    assessed: exposure.countCovered('assessed'),
    partlyAssessed: exposure.countCovered('partly-assessed'),
    notAssessed: exposure.countCovered('not-assessed'),
    ...sums,
  };
}

/** Keeps how every tenant stands now as the figures of this UTC day. */
export async function keepExposureDay(view: ViewContext, now: Date): Promise<void> {
  const day = now.toISOString().slice(0, 10);
  const { store, exposures } = view.context;
  for (const { id } of store.listTenants()) {
    const days = Array.from(exposures.byGroup(id), ([deviceGroup, exposure]) => ({
      ...figuresOf(view, exposure, day),
      deviceGroup,
    }));
    await store.views.saveDays(
      id,
      days.filter(({ devices }) => devices > 0),
    );
  }
}

/** The kept days of the scope, and how it stands now as the last. */
export async function exposureTrend(view: ViewContext, scope: Scope, now: Date): Promise<readonly ExposureDay[]> {
  const today = now.toISOString().slice(0, 10);
  const since = new Date(now.getTime() - keptDays * dayMs).toISOString().slice(0, 10);
  const { store, exposures } = view.context;
  const days = await store.views.listDays(deviceScope(scope), since);
  const kept = days.filter(({ day }) => day < today);
  const exposure = exposures.of(scope);
  const basis = view.ratings() ?? exposures.verdicts.engine;
  const { day: _, ...figures } = exposure.once(exposureTrend, basis, () => figuresOf(view, exposure, today));
  return [...kept, { day: today, ...figures }];
}
