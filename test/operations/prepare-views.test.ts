import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import { openOverStarter, reportAll } from '../support/small-fleet.ts';
import { temporaryFolder } from '../support/temporary-folder.ts';

const now = (): Date => new Date('2026-11-23T10:00:00Z');

/** The small fleet, and what people see of it. */
async function openFleet() {
  const application = openOverStarter(temporaryFolder({ after }), now);
  after(() => application.close());
  const tenant = application.getTenant('default');
  await reportAll(application, tenant, { receivedAt: now() });
  const { views } = application;
  const scope = { tenant, groups: null };
  const look = async () => ({
    overview: views.overview(scope),
    updates: await views.listUpdates(scope, true),
    cves: views.listCves(scope, false),
  });
  return { views, look };
}

describe('lists that are made ready', () => {
  it('tell the same as those that nobody made ready', async () => {
    const [ready, plain] = [await openFleet(), await openFleet()];
    await ready.views.prepare(() => true);
    await ready.views.prepare(() => true);
    assert.deepEqual(await ready.look(), await plain.look());
  });

  it('tell the same where that ended early', async () => {
    const [ready, plain] = [await openFleet(), await openFleet()];
    let asked = 0;
    await ready.views.prepare(() => (asked += 1) < 20);
    assert.equal(asked, 20);
    assert.deepEqual(await ready.look(), await plain.look());
  });

  it('are ready at once where there are no devices', async () => {
    const application = openOverStarter(temporaryFolder({ after }), now);
    after(() => application.close());
    await application.views.prepare(() => true);
    assert.deepEqual(application.views.listCves({ tenant: application.getTenant('default'), groups: null }, false), []);
  });
});
