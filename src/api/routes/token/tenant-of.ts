import type { FastifyRequest } from 'fastify';
import type { Application } from '../../../operations/application.ts';
import type { Tenant } from '../../../store/store.ts';
import { TokenRefusal } from '../../auth/token-refusal.ts';

/** As `tenantOf`, also where another node of a shared database made it a moment ago. @throws {TokenRefusal} */
export async function tenantAnywhere(request: FastifyRequest, application: Application): Promise<Tenant> {
  try {
    return tenantOf(request, application);
  } catch (error) {
    const catchingUp = error instanceof TokenRefusal ? application.catchUp() : undefined;
    if (catchingUp === undefined) throw error;
    await catchingUp;
    return tenantOf(request, application);
  }
}

/** The tenant that the address names, by GUID or name. @throws {TokenRefusal} */
function tenantOf(request: FastifyRequest, application: Application): Tenant {
  const { tenant = '' } = request.params as { readonly tenant?: string };
  try {
    return application.getTenant(tenant);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'tenant-not-found')) throw error;
    throw new TokenRefusal(
      'unknown-tenant',
      'Tenant not found. Check to make sure you have the correct tenant ID or name in the address.',
    );
  }
}
