import type { ProductVerdict } from '../assessment/assessment.ts';

/** Defender's id of a software, `microsoft-_-edge`; several products of a device may share one. */
export function softwareIdOf({ vendor, slug }: Pick<ProductVerdict, 'vendor' | 'slug'>): string {
  return `${vendor}-_-${slug}`.toLowerCase();
}
