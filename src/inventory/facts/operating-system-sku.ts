import type { InstallationType } from '../../terms/installation-type.ts';

/** What the number of an edition tells. */
export interface OperatingSystemSku {
  /** The registry's `EditionID`. */
  readonly editionId: string;
  /** A server's Core installation has the same number since Windows Server 2012. */
  readonly installationType: InstallationType;
}

const clients: readonly (readonly [sku: number, editionId: string])[] = [
  [4, 'Enterprise'],
  [27, 'EnterpriseN'],
  [48, 'Professional'],
  [49, 'ProfessionalN'],
  [72, 'EnterpriseEval'],
  [100, 'CoreSingleLanguage'],
  [101, 'Core'],
  [121, 'Education'],
  [125, 'EnterpriseS'],
  [161, 'ProfessionalWorkstation'],
  [164, 'ProfessionalEducation'],
  [175, 'ServerRdsh'],
  [188, 'IoTEnterprise'],
  [191, 'IoTEnterpriseS'],
];
const servers: readonly (readonly [sku: number, editionId: string])[] = [
  [7, 'ServerStandard'],
  [8, 'ServerDatacenter'],
  [79, 'ServerStandardEval'],
  [80, 'ServerDatacenterEval'],
  [407, 'ServerTurbine'],
];

/**
 * Edition by `OperatingSystemSKU` of WMI, `NewProductType` of WSUS, `skuNumber` of Intune: 48 is Professional. `undefined` for
 * the rare ones. 175 is Windows 10/11 Enterprise multi-session, a client by its registry.
 * Source: Microsoft Learn, GetProductInfo function (sysinfoapi.h), table of product types.
 */
export function skuOf(value: unknown): OperatingSystemSku | undefined {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).trim() : '';
  if (!/^\d{1,3}$/.test(text)) return undefined;
  const client = clients.find(([sku]) => sku === Number(text))?.[1];
  if (client !== undefined) return { editionId: client, installationType: 'Client' };
  const server = servers.find(([sku]) => sku === Number(text))?.[1];
  return server === undefined ? undefined : { editionId: server, installationType: 'Server' };
}
