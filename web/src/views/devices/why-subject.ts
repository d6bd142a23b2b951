/** What one can ask the evidence of. */
export type WhySubject = { readonly kb: string } | { readonly cve: string };

/** `KB5034127`, `5034127`, `CVE-2026-21509` or `ADV200001`, as people write them. */
export function subjectOf(text: string): WhySubject | undefined {
  const wanted = text.trim().toUpperCase();
  const [, kb] = /^(?:KB ?)?(\d{5,8})$/.exec(wanted) ?? [];
  if (kb !== undefined) return { kb };
  return /^(?:CVE-\d{4}-\d{4,}|ADV\d{6})$/.test(wanted) ? { cve: wanted } : undefined;
}
