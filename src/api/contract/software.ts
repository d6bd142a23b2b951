import type { SoftwareEntry } from '../../operations/application.ts';

/** Defender's `Software` (`PublicProductDto`); keys in wire order. */
export interface Software {
  /** `microsoft-_-edge` */
  readonly id: string;
  readonly name: string;
  readonly vendor: string;
  readonly weaknesses: number;
  readonly publicExploit: boolean;
  readonly activeAlert: boolean;
  readonly exposedMachines: number;
  readonly installedMachines: number;
  readonly impactScore: number;
  readonly isNormalized: boolean;
  readonly category: string;
  readonly distributions: readonly [];
}

export function toSoftware({
  id,
  name,
  vendor,
  weaknesses,
  exposedMachines,
  installedMachines,
}: SoftwareEntry): Software {
  return {
    id,
    name,
    vendor,
    weaknesses,
    publicExploit: false,
    activeAlert: false,
    exposedMachines,
    installedMachines,
    impactScore: 0,
    isNormalized: true,
    category: '',
    distributions: [],
  };
}
