import { agreedBuild } from '../../facts/agreed-build.ts';
import type { AgreedBuild } from '../../facts/agreed-build.ts';
import { installationTypeOfName } from '../../facts/windows-name.ts';
import { inOrder } from '../../installed-update.ts';
import type { InstalledUpdate } from '../../installed-update.ts';
import { emptyInventory } from '../../inventory.ts';
import type { InstalledSoftware, Inventory } from '../../inventory.ts';
import { inVerdictOrder } from '../../other-verdict.ts';
import type { OtherVerdict } from '../../other-verdict.ts';
import { flagOf } from '../../text/loose-json.ts';
import { parseArchitecture } from '../../../terms/architecture.ts';
import { parseInstallationType } from '../../../terms/installation-type.ts';
import type { KbNumber } from '../../../terms/kb-number.ts';
import type { ColumnKey, ColumnMapping, MappedState } from './column-mapping.ts';
import { buildOfCells, kbsOfCell, timeOfCell } from './facts-of-cells.ts';
import type { MappedCell, MappedRow } from './mapped-rows.ts';

/** The facts of one device, from one row or more: of a fact that several rows tell the first counts, lists grow. */
export class CellsOfDevice {
  private readonly row: MappedRow;
  private readonly wanted: ColumnMapping;
  private readonly rows: CellsOfDevice[] = [];

  constructor(row: MappedRow, wanted: ColumnMapping) {
    this.row = row;
    this.wanted = wanted;
  }

  cell(key: ColumnKey): MappedCell {
    const column = this.wanted.columns[key];
    return column === undefined ? { texts: [], isFraction: false } : this.row(column);
  }

  text(key: ColumnKey): string | undefined {
    return this.cell(key).texts[0];
  }

  get isOtherSystem(): boolean {
    const named = this.text('os');
    return (
      named !== undefined &&
      !/windows|microsoft|\bwin ?\d|\bserver 20\d\d/i.test(named) &&
      buildOfCells(this.cell('build'), this.cell('ubr')) === undefined
    );
  }

  /** Takes a row in; `false` where the state of its updates is not known to the mapping. */
  add(cells: CellsOfDevice): boolean {
    this.rows.push(cells);
    return cells.state !== undefined || cells.wanted.columns.state === undefined || cells.text('state') === undefined;
  }

  /** Why no build is told although its rows name some. */
  doubt(): string | undefined {
    const { doubt } = this.agreed();
    return doubt === undefined ? undefined : `${this.text('name') ?? this.text('id') ?? 'a device'}: ${doubt}`;
  }

  private agreed(): AgreedBuild {
    return agreedBuild(
      this.rows.map((each) => ({
        build: buildOfCells(each.cell('build'), each.cell('ubr')),
        at: timeOfCell(each.cell('observedAt'), this.wanted.dateOrder),
      })),
    );
  }

  inventory(): Inventory {
    const first = (key: ColumnKey): string | undefined =>
      this.rows.map((each) => each.text(key)).find((text) => text !== undefined);
    const lists = (key: ColumnKey): readonly string[] => this.rows.flatMap((each) => each.cell(key).texts);
    const id = first('id');
    const isMachineId = id !== undefined && /^[0-9a-f]{40}$/i.test(id);
    const named = first('os');
    const type = first('installationType');
    return {
      ...emptyInventory,
      observedAt: this.rows
        .flatMap((each) => timeOfCell(each.cell('observedAt'), this.wanted.dateOrder) ?? [])
        .sort()
        .at(-1),
      device: {
        id: isMachineId ? id.toLowerCase() : undefined,
        name: first('name'),
        sourceId: id === undefined || isMachineId ? undefined : `${this.wanted.system}:${id}`,
        tags: partsOf(lists('tags')),
        ipAddresses: partsOf(lists('ipAddresses')).filter((each) =>
          /^(?:\d{1,3}(?:\.\d{1,3}){3}|[\da-f:]{3,39})$/i.test(each),
        ),
      },
      os: {
        ...emptyInventory.os,
        name: named,
        build: this.agreed().build,
        displayVersion: first('displayVersion'),
        architecture: parseArchitecture(first('architecture') ?? ''),
        installationType:
          (type === undefined ? undefined : parseInstallationType(type)) ??
          installationTypeOfName(type) ??
          installationTypeOfName(named),
        editionId: first('editionId'),
      },
      updates: inOrder(this.rows.flatMap((each) => each.updates())),
      software: softwareOf(this.rows),
      pendingReboot: this.rows.map((each) => flagOf(each.text('pendingReboot'))).find((flag) => flag !== undefined),
      opinions: inVerdictOrder(this.rows.flatMap((each) => each.opinions())),
    };
  }

  private get state(): MappedState | undefined {
    if (this.wanted.columns.state === undefined) return 'installed';
    return this.wanted.states.get(this.text('state')?.trim().toLowerCase() ?? '');
  }

  private kbsIn(columns: ColumnMapping['kbs']): readonly KbNumber[] {
    return columns.flatMap((column) => kbsOfCell(this.row(column), this.wanted.kbSeparator));
  }

  private updates(): readonly InstalledUpdate[] {
    const { state } = this;
    if (state === undefined || state === 'missing') return [];
    const kbs = this.kbsIn(this.wanted.kbs);
    const installedOn = timeOfCell(this.cell('installedOn'), this.wanted.dateOrder)?.slice(0, 10);
    // A day beside several updates is not the day of each.
    return kbs.map((kb) => ({ kb, state, installedOn: kbs.length === 1 ? installedOn : undefined }));
  }

  private opinions(): readonly OtherVerdict[] {
    const kbs = [
      ...this.kbsIn(this.wanted.missingKbs),
      ...(this.state === 'missing' ? this.kbsIn(this.wanted.kbs) : []),
    ];
    return kbs.map((kb) => ({ source: 'other', kb, verdict: 'missing', title: undefined }));
  }
}

function softwareOf(rows: readonly CellsOfDevice[]): readonly InstalledSoftware[] {
  const found = new Map<string, InstalledSoftware>();
  for (const row of rows) {
    const name = row.text('software');
    if (name === undefined) continue;
    const entry = { name, vendor: row.text('softwareVendor'), version: row.text('softwareVersion') };
    found.set(JSON.stringify(entry), entry);
  }
  return [...found.values()];
}

function partsOf(texts: readonly string[]): readonly string[] {
  const parts = texts.flatMap((text) => text.split(/[,;|\n]/)).map((part) => part.trim());
  return [...new Set(parts.filter((part) => part !== ''))];
}
