import { tryParseWindowsBuild } from '../terms/windows-build.ts';
import type { WindowsBuild } from '../terms/windows-build.ts';

/** What MSRC's `FixedBuild` says. Only a Windows build with a UBR is ever compared by the rules for Windows. */
export type FixedVersion =
  | { readonly kind: 'none' }
  | { readonly kind: 'windows-build'; readonly build: WindowsBuild }
  /** One or several: `3.0.6920.8954; 2.0.50727.8970`, `a & b & c`, `a and b`. */
  | { readonly kind: 'versions'; readonly versions: readonly string[] }
  | { readonly kind: 'url'; readonly url: string }
  /** `Publication`, `Application: 16.14.27266, Platform: …`, `KB5032921`: a text that names no version of its product. */
  | { readonly kind: 'unreadable'; readonly text: string };

const version = /^v?(\d+(?:\.\d+){1,4})\.?(?:-\w+)*(?:\/\d+)?$/i;
/** Windows is 6.0 to 6.3 and 10.0; other products with 10.0 (.NET) have other third parts. */
const windows = /^(?:6\.[0-3]|10\.0)\.[1-9]\d{3,4}\.\d{1,5}$/;

/**
 * Reads a FixedBuild: trailing dots, blanks inside (`96.0 1954.29`) and a leading `v` are borne with.
 * Source: the shapes counted in the CVRF documents of 2016 to 2026.
 */
export function parseFixedVersion(published: string): FixedVersion {
  const text = published.trim();
  if (text === '' || text === '-') return { kind: 'none' };
  if (/^https?:\/\//i.test(text)) return { kind: 'url', url: text };
  const parts = text.split(/\s*(?:[;&,]|\band\b)\s*/i).filter((part) => part !== '');
  const versions = parts.map((part) => version.exec(part.replace(/(\d)\s+(\d)/g, '$1.$2'))?.[1]);
  const readable = versions.filter((part) => part !== undefined);
  if (readable.length < versions.length || readable.length === 0) return { kind: 'unreadable', text };
  const [only] = readable;
  if (readable.length === 1 && only !== undefined && windows.test(only)) {
    const build = tryParseWindowsBuild(only);
    if (build !== undefined) return { kind: 'windows-build', build };
  }
  return { kind: 'versions', versions: readable };
}
