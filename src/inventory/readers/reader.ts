import type { Inventory } from '../inventory.ts';
import type { ReportInput } from './report-input.ts';

/**
 * What a text is by its first look; only readers of its kind are asked. `json` is one document or one a line, `xml`
 * starts with an element, `binary` is none of any text (a workbook), everything else is `text`: tables with separators too.
 */
export type ReportKind = 'json' | 'xml' | 'text' | 'binary';

/** What a report said. `notes` tell of single records that were set aside. */
export interface ReadReport {
  /** One per device; a format that holds many gives many. */
  readonly inventories: readonly Inventory[];
  readonly notes: readonly string[];
}

/**
 * Whether a report is of a format, by content alone: 1 where it names itself; 0.9 where no other format has this
 * structure; 0.7 for several typical fields; 0.5 where it fits and others may too; below 0.3 it only resembles the format
 * and is not read. `against` says in words what spoke against it.
 */
export interface Recognition {
  readonly confidence: number;
  readonly against: string;
}

/**
 * One format that devices report in. `recognise` looks at the head of the report and must stay cheap; `read` throws
 * `InventoryFormatError` where the report claims the format but cannot be one, and nothing else. A bad record inside costs
 * that record and is a note. What the format does not say stays `undefined`: nothing is guessed.
 */
export interface InventoryReader {
  /** Id as in `--format`, kebab-case. */
  readonly format: string;
  readonly kinds: readonly ReportKind[];
  /** Formats whose marks a report of this one has too, since it holds such a report: where this one is sure they are not asked. */
  readonly wraps?: readonly string[];
  /** What reports of this format mostly have, each alone proving nothing: they name the formats that an unknown report is nearest to. */
  readonly marks?: readonly RegExp[];
  recognise(input: ReportInput): Recognition;
  read(input: ReportInput): ReadReport;
}

/** A recognition that says no. */
export function notThis(against: string): Recognition {
  return { confidence: 0, against };
}
