import { Turn } from '../turn.ts';
import { publishedOf, supersededBy } from './update-rows.ts';
import type { ViewContext } from './view-context.ts';

/** Other work has its turn after so long. */
const turnMs = 4;

/**
 * Reckons what all lists rest on and no change of counts touches: ratings of CVEs that are open somewhere, and what is published of
 * missing updates. Without it whoever looks first after a start, a new catalogue or new feeds would wait for it. Ends early when
 * `isWanted` says so.
 */
export async function prepareViews(view: ViewContext, isWanted: () => boolean): Promise<void> {
  const [catalogue, ratings, exploited] = [view.published, view.ratings(), view.exploited()];
  if (catalogue === undefined || ratings === undefined || exploited === undefined) return;
  const { store, exposures } = view.context;
  const turn = new Turn(turnMs);
  for (const tenant of store.listTenants()) {
    await exposures.settle(tenant.id);
    if (!isWanted()) return;
    const exposure = exposures.of({ tenant, groups: null });
    // Copied: counts may change between two turns.
    const [open, states, missing] = [
      exposure.devicesByCve().slice(),
      [...exposure.states().values()],
      [...exposure.missing().keys()],
    ];
    const steps = [
      ...Array.from(open, (devices, cve) => () => devices > 0 && ratings.of(cve)),
      ...states.map(
        ({ contribution }) =>
          () =>
            exploited.of(contribution),
      ),
      ...missing.map((kb) => () => {
        for (const id of publishedOf(catalogue, kb).cves) ratings.of(ratings.numbers.find(id) ?? 0);
      }),
    ];
    for (const step of steps) {
      if (!isWanted()) return;
      step();
      if (turn.isOver) await turn.pass();
    }
  }
  for (const kb of catalogue.kbs) {
    if (!isWanted()) return;
    publishedOf(catalogue, kb);
    if (turn.isOver) await turn.pass();
  }
  supersededBy(catalogue);
}
