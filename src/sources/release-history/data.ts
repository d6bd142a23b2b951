import type { KbNumber } from '../../terms/kb-number.ts';

/** One release of Windows 10 or later: the build that an update brought. */
export interface HistoryRelease {
  readonly kb: KbNumber;
  readonly build: number;
  readonly ubr: number;
  readonly kind: HistoryKind;
  /** UTC day; `''` where it is not known. */
  readonly date: string;
}

/** `''`: the source does not say. */
export type HistoryKind = 'standard' | 'preview' | 'out-of-band' | 'hotpatch' | '';

/** By build, UBR and KB, each once. */
export interface ReleaseHistoryData {
  readonly releases: readonly HistoryRelease[];
}

/**
 * In Microsoft's words: `2026-06 B`, `2026-05 D`, `OOB`, `Preview`, `Out-of-band`, `Hotpatch`; a hotpatch that came
 * out of band is a hotpatch.
 */
export function kindOf(text: string): HistoryKind {
  if (/hotpatch/i.test(text)) return 'hotpatch';
  if (/out-?of-?band|\boob\b/i.test(text)) return 'out-of-band';
  if (/preview/i.test(text) || /^\d{4}-\d\d [CD]\b/i.test(text.trim())) return 'preview';
  return /standard/i.test(text) || /^\d{4}-\d\d B\b/i.test(text.trim()) ? 'standard' : '';
}

/** What a reader gives: releases and, where the publisher says so, when the page is of. */
export interface ReadHistory {
  readonly date: string | undefined;
  readonly releases: readonly HistoryRelease[];
}
