import { InventoryFormatError } from './inventory-format-error.ts';

const mostNamed = 6;

/** Devices of other systems in an export that holds every kind: one note tells of them all. */
export class OtherSystems {
  private readonly counts = new Map<string, number>();

  /** `system` as the source calls it, `darwin`; counted under one name whatever its case. */
  add(system: string | undefined): void {
    const name = (system ?? 'unknown').toLowerCase().slice(0, 40);
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
  }

  notes(source: string): readonly string[] {
    return this.counts.size === 0 ? [] : [`${source}: left out, not Windows: ${this.text()}`];
  }

  /** @throws {InventoryFormatError} where a report names devices, but not one of them runs Windows. */
  refuseIfAlone(source: string, windowsCount: number): void {
    if (windowsCount === 0 && this.counts.size > 0)
      throw new InventoryFormatError(source, 'at least one Windows device', `only others: ${this.text()}`);
  }

  private text(): string {
    const sorted = [...this.counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    const named = sorted.slice(0, mostNamed).map(([system, count]) => `${count} ${system}`);
    return [...named, ...(sorted.length > mostNamed ? ['others'] : [])].join(', ');
  }
}
