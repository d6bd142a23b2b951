/** What one computer answered, below the line that names it. */
export interface HostSection {
  readonly host: string;
  readonly text: string;
}

/** `SRV1 | CHANGED | rc=0 >>` of Ansible, `\\SRV1:` of PsExec: nothing else in the line. */
const heading =
  /^(?:([A-Za-z0-9][\w.-]{0,254}) \| [A-Z]{4,12}!? \|[^\r\n]{0,40}>>|\\\\([A-Za-z0-9][\w.-]{0,254}):)[ \t]*$/;

/** The answers in a text that many computers' answers were put into; none where no line names one. */
export function hostSections(text: string): readonly HostSection[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r*\n/);
  const starts = lines.flatMap((line, at) => {
    const [, adHoc, remote] = (line.length > 400 ? null : heading.exec(line)) ?? [];
    const host = adHoc ?? remote;
    return host === undefined ? [] : [{ host, at }];
  });
  return starts.map(({ host, at }, index) => ({
    host,
    text: lines.slice(at + 1, starts[index + 1]?.at ?? lines.length).join('\n'),
  }));
}
