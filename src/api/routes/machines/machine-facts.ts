import type { Application } from '../../../operations/application.ts';
import type { Scope } from '../../../operations/scope.ts';
import type { MachineFacts } from '../../contract/machine.ts';

/** What machines of the tenant are told with. */
export function machineFactsOf(application: Application, scope: Scope, now: Date): MachineFacts {
  const { tenant } = scope;
  return {
    now,
    groups: application.listGroups(tenant),
    groupIdOf: (deviceGroup) => application.groups.idOf(tenant, deviceGroup),
    statesWhere: (fits) => application.exposure.statesWhere(scope, fits),
  };
}
